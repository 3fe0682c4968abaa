#pragma once

#include <cstdint>

#include "nas/supernet/kernel_values.hpp"

namespace h4h::nas {

// [rows, channels], dense. T is float or Bfloat16; arithmetic is in float.
template <typename T>
struct Rows {
  T* values;
  std::int64_t rows, channels;
};

// y = min(max(x factor + offset, low), high), by channel.
struct ClampedLine {
  const float* factor;
  const float* offset;
  float low, high;
};

// By channel: the sums of x - origin and of its square.
template <typename T>
void sum_moments(Rows<const T> x, const float* origin, float* sum, float* square);

template <typename T>
void clamped_line(Rows<const T> x, ClampedLine line, T* y);

// With g = dy where the line is not clamped, else 0, by channel: the sums of g and of g (x -
// origin).
template <typename T>
void sum_gradients(Rows<const T> x, const T* dy, ClampedLine line, const float* origin, float* sum,
                   float* product);

// dx = g factor + x of_x + constant
template <typename T>
void line_gradient(Rows<const T> x, const T* dy, ClampedLine line, const float* of_x,
                   const float* constant, T* dx);

}  // namespace h4h::nas
