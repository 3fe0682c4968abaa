#pragma once

#include <algorithm>
#include <cstdint>

#include "base/integer.hpp"

namespace h4h::models {

// Rows, columns or channels from `begin` to before `end`.
struct Span {
  std::int64_t begin = 0, end = 0;
  std::int64_t size() const { return end - begin; }
};

// Input rows (or columns) inside the feature map that outputs [out.begin, out.end) touch.
inline Span touched(Span out, std::int64_t stride, std::int64_t extent, std::int64_t pad,
                    std::int64_t size) {
  const std::int64_t begin = std::clamp<std::int64_t>(out.begin * stride - pad, 0, size);
  const std::int64_t end =
      std::clamp<std::int64_t>((out.end - 1) * stride - pad + extent, begin, size);
  return {begin, end};
}

// Input rows (or columns) that a resize reads for outputs `out`, with `extra` ones behind them.
inline Span resized(Span out, std::int64_t input, std::int64_t output, std::int64_t extra) {
  return {out.begin * input / output, std::min(input, ceil_div(out.end * input, output) + extra)};
}

}  // namespace h4h::models
