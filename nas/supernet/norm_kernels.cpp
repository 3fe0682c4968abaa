#include "nas/supernet/norm_kernels.hpp"

namespace h4h::nas {
namespace {

// Both without a branch: a loop with one is not vectorised. A NaN stays one.
H4H_INLINE float clamped(float y, float low, float high) {
  const float above = y < low ? low : y;
  return above > high ? high : above;
}

H4H_INLINE float gradient_inside(float y, float dy, float low, float high) {
  const float above = y > low ? dy : 0.0F;
  return y < high ? above : 0.0F;
}

}  // namespace

template <typename T>
H4H_EACH_PROCESSOR void sum_moments(Rows<const T> x, const float* __restrict origin,
                                    float* __restrict sum, float* __restrict square) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const T* row = x.values + r * x.channels;
    for (std::int64_t c = 0; c < x.channels; ++c) {
      const float d = value(row[c]) - origin[c];
      sum[c] += d;
      square[c] += d * d;
    }
  }
}

template <typename T>
H4H_EACH_PROCESSOR void clamped_line(Rows<const T> x, ClampedLine line, T* __restrict y) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const T* row = x.values + r * x.channels;
    T* out = y + r * x.channels;
    for (std::int64_t c = 0; c < x.channels; ++c) {
      const float v = value(row[c]) * line.factor[c] + line.offset[c];
      store(clamped(v, line.low, line.high), out + c);
    }
  }
}

template <typename T>
H4H_EACH_PROCESSOR void sum_gradients(Rows<const T> x, const T* __restrict dy, ClampedLine line,
                                      const float* __restrict origin, float* __restrict sum,
                                      float* __restrict product) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const T* row = x.values + r * x.channels;
    const T* gradient = dy + r * x.channels;
    for (std::int64_t c = 0; c < x.channels; ++c) {
      const float v = value(row[c]);
      const float g = gradient_inside(v * line.factor[c] + line.offset[c], value(gradient[c]),
                                      line.low, line.high);
      sum[c] += g;
      product[c] += g * (v - origin[c]);
    }
  }
}

template <typename T>
H4H_EACH_PROCESSOR void line_gradient(Rows<const T> x, const T* __restrict dy, ClampedLine line,
                                      const float* __restrict of_x,
                                      const float* __restrict constant, T* __restrict dx) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const T* row = x.values + r * x.channels;
    const T* gradient = dy + r * x.channels;
    T* out = dx + r * x.channels;
    for (std::int64_t c = 0; c < x.channels; ++c) {
      const float v = value(row[c]);
      const float g = gradient_inside(v * line.factor[c] + line.offset[c], value(gradient[c]),
                                      line.low, line.high);
      store(g * line.factor[c] + v * of_x[c] + constant[c], out + c);
    }
  }
}

template void sum_moments(Rows<const float>, const float*, float*, float*);
template void clamped_line(Rows<const float>, ClampedLine, float*);
template void sum_gradients(Rows<const float>, const float*, ClampedLine, const float*, float*,
                            float*);
template void line_gradient(Rows<const float>, const float*, ClampedLine, const float*,
                            const float*, float*);
template void sum_moments(Rows<const Bfloat16>, const float*, float*, float*);
template void clamped_line(Rows<const Bfloat16>, ClampedLine, Bfloat16*);
template void sum_gradients(Rows<const Bfloat16>, const Bfloat16*, ClampedLine, const float*,
                            float*, float*);
template void line_gradient(Rows<const Bfloat16>, const Bfloat16*, ClampedLine, const float*,
                            const float*, Bfloat16*);

}  // namespace h4h::nas
