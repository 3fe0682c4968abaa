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

// What publications quote of MRAM macros that multiply 8 b by 8 b, the least: 25.1 of 25.1 .. 55.1
// (Chiu, ISSCC 2022) and 46.4 .. 160.1 (Chiu, ISSCC 2023), both cited by the H4H paper.
constexpr double kPublishedMacroTopsPerWatt = 25.1;

}  // namespace h4h::studies
