#pragma once

#include <cstdint>

#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// All throw std::invalid_argument that says what is wrong.

// Each side is within kPaddingBounds.
void check_padding(const Padding& padding);

// The output of a window that slides over `input`, with `channels` channels.
Shape windowed_shape(const Shape& input, const Window& window, std::int64_t channels);

}  // namespace h4h::workloads
