#include "nas/supernet/attention_kernels.hpp"

namespace h4h::nas {
namespace {

// e^x for x <= 0, to 2e-7 of it: 2^n e^r with |r| <= ln(2) / 2, e^r by its series. No library
// function: a loop with one is not vectorised.
H4H_INLINE float exponential(float x) {
  constexpr float round = 12582912;  // 1.5 x 2^23: what is added to it loses its fraction
  const float bounded = x < -87 ? -87 : x;
  const float shifted = bounded * 1.44269504F + round;
  const float n = shifted - round;
  const float r = (bounded - n * 0.693359375F) + n * 2.12194440e-4F;
  const float series =
      1 + r * (1 + r * (1.0F / 2 + r * (1.0F / 6 + r * (1.0F / 24 + r * (1.0F / 120 + r / 720)))));
  std::uint32_t bits = 0;  // its lowest are those of n
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127U) << 23U;
  float power = 0;
  std::memcpy(&power, &bits, sizeof power);
  return series * power;
}

// Four rows at a time: `to` is loaded and stored once for them.
H4H_INLINE void add_rows(float* __restrict to, const float* __restrict rows, std::int64_t stride,
                         const float* factors, std::int64_t count, std::int64_t n) {
  std::int64_t k = 0;
  for (; k + 4 <= count; k += 4) {
    const float f0 = factors[k], f1 = factors[k + 1], f2 = factors[k + 2], f3 = factors[k + 3];
    const float* r = rows + k * stride;
    for (std::int64_t i = 0; i < n; ++i) {
      to[i] += f0 * r[i] + f1 * r[i + stride] + f2 * r[i + 2 * stride] + f3 * r[i + 3 * stride];
    }
  }
  for (; k < count; ++k) {
    for (std::int64_t i = 0; i < n; ++i) to[i] += factors[k] * rows[k * stride + i];
  }
}

H4H_INLINE float dot(const float* __restrict a, const float* __restrict b, std::int64_t n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// [tokens, width] -> [width, tokens] in float
template <typename T>
H4H_INLINE void load_transposed(const T* from, const HeadShape& shape, float factor, float* to) {
  for (std::int64_t i = 0; i < shape.tokens; ++i) {
    for (std::int64_t d = 0; d < shape.width; ++d) {
      to[d * shape.tokens + i] = factor * value(from[i * shape.stride + d]);
    }
  }
}

template <typename T>
H4H_INLINE void store_transposed(const float* from, const HeadShape& shape, float factor, T* to) {
  for (std::int64_t i = 0; i < shape.tokens; ++i) {
    for (std::int64_t d = 0; d < shape.width; ++d) {
      store(factor * from[d * shape.tokens + i], to + i * shape.stride + d);
    }
  }
}

template <typename T>
H4H_INLINE void load_rows(const T* from, const HeadShape& shape, float* to) {
  for (std::int64_t i = 0; i < shape.tokens; ++i) {
    for (std::int64_t d = 0; d < shape.width; ++d) {
      to[i * shape.width + d] = value(from[i * shape.stride + d]);
    }
  }
}

// Down the columns of [n, n].
H4H_INLINE void softmax(float* __restrict x, float* __restrict greatest, float* __restrict sum,
                        std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    greatest[i] = x[i];
    sum[i] = 0;
  }
  for (std::int64_t j = 1; j < n; ++j) {
    const float* row = x + j * n;
    for (std::int64_t i = 0; i < n; ++i) {
      greatest[i] = greatest[i] < row[i] ? row[i] : greatest[i];
    }
  }
  for (std::int64_t j = 0; j < n; ++j) {
    float* row = x + j * n;
    for (std::int64_t i = 0; i < n; ++i) {
      row[i] = exponential(row[i] - greatest[i]);
      sum[i] += row[i];
    }
  }
  for (std::int64_t i = 0; i < n; ++i) sum[i] = 1 / sum[i];
  for (std::int64_t j = 0; j < n; ++j) {
    float* row = x + j * n;
    for (std::int64_t i = 0; i < n; ++i) row[i] *= sum[i];
  }
}

// The gradient of softmax down the columns, from that of its result, in place.
H4H_INLINE void softmax_gradient(const float* __restrict weights, float* __restrict gradient,
                                 float* __restrict sum, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) sum[i] = 0;
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < n; ++i) sum[i] += weights[j * n + i] * gradient[j * n + i];
  }
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < n; ++i) {
      gradient[j * n + i] = weights[j * n + i] * (gradient[j * n + i] - sum[i]);
    }
  }
}

H4H_INLINE void clear(float* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) x[i] = 0;
}

// out [width, tokens] = rows' matrix, with rows [tokens, width], matrix [tokens, tokens]
H4H_INLINE void combine(const float* transposed, const float* matrix, const HeadShape& shape,
                        float* out) {
  clear(out, shape.width * shape.tokens);
  for (std::int64_t d = 0; d < shape.width; ++d) {
    add_rows(out + d * shape.tokens, matrix, shape.tokens, transposed + d * shape.tokens,
             shape.tokens, shape.tokens);
  }
}

}  // namespace

std::int64_t attention_scratch(const HeadShape& shape) {
  return 5 * shape.tokens * shape.width + 2 * shape.tokens + shape.tokens * shape.tokens;
}

template <typename T>
H4H_EACH_PROCESSOR void attend(HeadInputs<T> in, HeadShape shape, float scale, const float* bias,
                               float* scratch, float* weights, T* out) {
  const std::int64_t n = shape.tokens, size = n * shape.width;
  float* const query = scratch;
  float* const key = query + size;
  float* const values = key + size;
  float* const result = values + size;
  load_transposed(in.query, shape, scale, query);
  load_rows(in.key, shape, key);
  load_transposed(in.value, shape, 1, values);
  std::memcpy(weights, bias, sizeof(float) * static_cast<std::size_t>(n * n));
  for (std::int64_t j = 0; j < n; ++j) {
    add_rows(weights + j * n, query, n, key + j * shape.width, shape.width, n);
  }
  softmax(weights, result + size, result + size + n, n);
  combine(values, weights, shape, result);
  store_transposed(result, shape, 1, out);
}

template <typename T>
H4H_EACH_PROCESSOR void attend_gradient(HeadInputs<T> in, const T* dy, HeadShape shape, float scale,
                                        const float* weights, float* scratch,
                                        HeadGradients<T> out) {
  const std::int64_t n = shape.tokens, size = n * shape.width;
  float* const query = scratch;
  float* const key = query + size;
  float* const values = key + size;
  float* const incoming = values + size;
  float* const result = incoming + size;
  float* const scores = result + size + n;
  load_transposed(in.query, shape, scale, query);
  load_transposed(in.key, shape, scale, key);
  load_rows(in.value, shape, values);
  load_transposed(dy, shape, 1, incoming);
  clear(scores, n * n);
  for (std::int64_t j = 0; j < n; ++j) {
    add_rows(scores + j * n, incoming, n, values + j * shape.width, shape.width, n);
    for (std::int64_t d = 0; d < shape.width; ++d) {
      store(dot(weights + j * n, incoming + d * n, n), out.value + j * shape.stride + d);
    }
  }
  softmax_gradient(weights, scores, result + size, n);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < n; ++i) out.bias[j * n + i] += scores[j * n + i];
    for (std::int64_t d = 0; d < shape.width; ++d) {
      store(dot(scores + j * n, query + d * n, n), out.key + j * shape.stride + d);
    }
  }
  combine(key, scores, shape, result);
  store_transposed(result, shape, 1, out.query);
}

template void attend(HeadInputs<float>, HeadShape, float, const float*, float*, float*, float*);
template void attend(HeadInputs<Bfloat16>, HeadShape, float, const float*, float*, float*,
                     Bfloat16*);
template void attend_gradient(HeadInputs<float>, const float*, HeadShape, float, const float*,
                              float*, HeadGradients<float>);
template void attend_gradient(HeadInputs<Bfloat16>, const Bfloat16*, HeadShape, float, const float*,
                              float*, HeadGradients<Bfloat16>);

}  // namespace h4h::nas
