#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "workloads/ir/op_parts.hpp"

namespace h4h::nas {

// A trained network as file formats spell it: operators of ONNX and TensorFlow Lite with their
// constants, in neither's order of axes. Made by lowered() (lower.hpp); written by onnx.hpp and
// tflite.hpp; run by run_graph.hpp.

// Constants: the last axis is the fastest.
struct Array {
  std::vector<std::int64_t> sizes;
  std::vector<float> values;
};

using ValueId = std::size_t;

// A tensor of one image. A map is height x width x channels; a vector has its channels alone; heads
// are matrices: heads x rows x columns.
enum class ValueKind { map, vector, heads };
struct Value {
  std::string name;
  ValueKind kind = ValueKind::map;
  std::array<std::int64_t, 3> sizes{1, 1, 1};  // a vector: {1, 1, channels}
};

// Weights [out, in, height, width], of a depthwise one [channels, 1, height, width]; bias [out].
struct Convolution {
  workloads::Window window;
  bool is_depthwise = false;
  Array weight, bias;
  workloads::Activation activation = workloads::Activation::none;
};
// Of a vector: weights [out, in], bias [out].
struct FullyConnected {
  Array weight, bias;
  workloads::Activation activation = workloads::Activation::none;
};
struct PixelMean {};    // over all pixels: a map becomes a vector
struct ChannelMean {};  // over the channels of each pixel: a map of one channel
// Means over windows of a map; padding is no part of them.
struct AveragePool {
  workloads::Window window;
};
enum class FunctionKind { hard_swish, logistic, gelu };
struct Function {  // of every element
  FunctionKind kind = FunctionKind::logistic;
};
enum class Arithmetic { add, subtract, multiply };
// Of two values, of which the second may have one channel, or be a vector with a number for each
// channel of a map; or of a value and a constant: of a map a number for each channel or one for
// all, of a vector one for all, of heads one for each element.
struct Binary {
  Arithmetic kind = Arithmetic::add;
  std::optional<Array> constant;
  workloads::Activation activation = workloads::Activation::none;
};
struct InverseRoot {};  // 1 / sqrt(x)
// The channels of a map, dealt to heads: heads x pixels x channels of a head; turned: heads x
// channels of a head x pixels.
struct SplitHeads {
  bool is_turned = false;
};
struct MergeHeads {};  // back: heads x pixels x channels of a head become a map
struct Product {};     // of matrices, for each head
struct RowSoftmax {};  // of every row of heads

using GraphOp =
    std::variant<Convolution, FullyConnected, PixelMean, ChannelMean, AveragePool, Function, Binary,
                 InverseRoot, SplitHeads, MergeHeads, Product, RowSoftmax>;

struct GraphNode {
  std::string name;
  GraphOp op;
  std::vector<ValueId> inputs;
  ValueId output = 0;
};

struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<GraphNode> nodes;  // every value is made before it is read
  ValueId input = 0, output = 0;
};

// Whether the output has the same elements as the input, in another order.
inline bool is_view(const GraphOp& op) {
  return std::holds_alternative<SplitHeads>(op) || std::holds_alternative<MergeHeads>(op);
}

}  // namespace h4h::nas
