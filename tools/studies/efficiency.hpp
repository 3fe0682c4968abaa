#pragma once

#include "sim/report/report.hpp"
#include "tools/studies/run_layer.hpp"

namespace h4h::studies {

// A depthwise layer with a word for each of up to 8 macros and a row for any number of units.
LayerSize layer_that_fills_macros();

// An operation is a product or a sum, so a MAC is two.
double operations(const sim::Report& report);

// Of everything that the chip spends.
double system_tops_per_watt(const sim::Report& report);

// Of what the macros spend alone: words, products, operand buffers. No memory, no NoC, no leakage.
// For runs whose MACs are all on the macros.
double macro_tops_per_watt(const sim::Report& report);

// Of one macro of so many units as publications of macros quote it: at its best, in a dense layer
// whose words are each read once for a tile of outputs.
double quoted_macro_tops_per_watt(const Setup& setup, std::int64_t units);

}  // namespace h4h::studies
