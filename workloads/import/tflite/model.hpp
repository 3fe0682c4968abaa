#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/import/tflite/flatbuffer.hpp"

namespace h4h::workloads::tflite {

// Numbers of the TensorFlow Lite schema (version 3) that files of this field use.
enum class BuiltinOperator : std::int32_t {
  add = 0,
  average_pool_2d = 1,
  concatenation = 2,
  conv_2d = 3,
  depthwise_conv_2d = 4,
  depth_to_space = 5,
  dequantize = 6,
  fully_connected = 9,
  l2_normalization = 11,
  logistic = 14,
  max_pool_2d = 17,
  mul = 18,
  relu = 19,
  relu_n1_to_1 = 20,
  relu6 = 21,
  reshape = 22,
  resize_bilinear = 23,
  softmax = 25,
  space_to_depth = 26,
  svdf = 27,
  tanh = 28,
  custom = 32,
  pad = 34,
  gather = 36,
  transpose = 39,
  mean = 40,
  sub = 41,
  div = 42,
  squeeze = 43,
  unidirectional_sequence_lstm = 44,
  strided_slice = 45,
  exp = 47,
  split = 49,
  cast = 53,
  prelu = 54,
  maximum = 55,
  arg_max = 56,
  minimum = 57,
  padv2 = 60,
  slice = 65,
  transpose_conv = 67,
  expand_dims = 70,
  sum = 74,
  rsqrt = 76,
  pack = 83,
  unpack = 88,
  resize_nearest_neighbor = 97,
  leaky_relu = 98,
  quantize = 114,
  hard_swish = 117,
  batch_matmul = 126,
  gelu = 150,
};

enum class TensorType : std::int8_t {
  float32 = 0,
  float16 = 1,
  int32 = 2,
  uint8 = 3,
  int64 = 4,
  int16 = 7,
  int8 = 9,
};

enum class PaddingScheme : std::int8_t { same = 0, valid = 1 };

struct FileTensor {
  std::string name;
  std::vector<std::int32_t> shape;
  TensorType type = TensorType::float32;
  std::int64_t zero_point = 0;
  std::string_view data;  // empty unless the tensor is constant; points into the file's bytes

  bool constant() const { return !data.empty(); }
};

// The options of every operator read here, in one struct; unused ones keep the schema's defaults.
struct Options {
  PaddingScheme padding = PaddingScheme::same;
  std::int32_t stride_width = 1, stride_height = 1;
  std::int32_t dilation_width = 1, dilation_height = 1;
  std::int32_t filter_width = 1, filter_height = 1;
  std::int32_t axis = 0;
  std::int8_t activation = 0;
};

struct FileOperator {
  BuiltinOperator code = BuiltinOperator::custom;
  std::string name;                  // "CONV_2D", "operator 99", "CUSTOM:Foo"
  std::vector<std::int32_t> inputs;  // -1: an optional input left out
  std::vector<std::int32_t> outputs;
  Options options;
};

// Subgraph 0 of a file.
struct Model {
  std::vector<FileTensor> tensors;
  std::vector<FileOperator> operators;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
};

// Reads the tables. Throws FormatError. Tensor and buffer indices are valid afterwards.
Model parse_model(std::string_view file);

}  // namespace h4h::workloads::tflite
