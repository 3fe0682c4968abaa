#pragma once

#include <cstdint>

#include "nas/supernet/kernel_values.hpp"

namespace h4h::nas {

// One head of one image: [tokens, width], a token every `stride` elements.
struct HeadShape {
  std::int64_t tokens, width, stride;
};

// T is float or Bfloat16; arithmetic is in float.
template <typename T>
struct HeadInputs {
  const T* query;
  const T* key;
  const T* value;
};

// Floats that one head works in; `attend` leaves the last tokens x tokens of them.
std::int64_t attention_scratch(const HeadShape& shape);

// out = softmax(query key' scale + bias) value. Matrices between tokens are [of keys, of queries],
// so that every loop runs along queries: `bias`, and `weights`, the softmax, which is left for the
// gradient.
template <typename T>
void attend(HeadInputs<T> in, HeadShape shape, float scale, const float* bias, float* scratch,
            float* weights, T* out);

template <typename T>
struct HeadGradients {
  T* query;
  T* key;
  T* value;
  float* bias;  // added to
};

template <typename T>
void attend_gradient(HeadInputs<T> in, const T* dy, HeadShape shape, float scale,
                     const float* weights, float* scratch, HeadGradients<T> out);

}  // namespace h4h::nas
