#pragma once

#include <cstdint>
#include <string_view>

#include "platforms/description/measured_table.hpp"

// Values of a device are platforms::, wherever their header stands.
namespace h4h::platforms {

// Whether the outputs of a fold leave the array while the next fold comes in, or before it.
enum class Drain { overlapped, exposed };
std::string_view to_string(Drain drain);

// `type: systolic-array`: an array of processing elements that each keep one output while inputs
// pass along the rows and weights along the columns (output-stationary). Half of each buffer is in
// use while the other half is filled or emptied.
struct Systolic {
  std::int64_t rows = 0, columns = 0;  // of processing elements, a MAC of 8 b x 8 b a cycle each
  std::int64_t clock_hz = 0;
  std::int64_t input_buffer_bytes = 0, weight_buffer_bytes = 0, output_buffer_bytes = 0;
  std::int64_t outstanding = 0;  // bursts under way for a stream
  Drain drain = Drain::overlapped;
  MeasuredTable measured;  // of layers on the array
};

}  // namespace h4h::platforms
