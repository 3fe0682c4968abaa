#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "workloads/import/tflite/layers.hpp"
#include "workloads/import/tflite/weights.hpp"

namespace h4h::workloads::tflite {
namespace {

// The dimensions of constant weights, which must have `rank` of them.
Dims weight_dims(const ImportGraph& graph, const FileOperator& op, std::size_t position,
                 std::size_t rank) {
  const std::int32_t id = graph.operand(op, position);
  const FileTensor& tensor = graph.file_tensor(id);
  if (!graph.is_constant(id))
    throw NotMapped(fmt::format("weights '{}' are not constant", tensor.name));
  if (tensor.shape.size() != rank) {
    throw NotMapped(
        fmt::format("weights '{}' have rank {}, not {}", tensor.name, tensor.shape.size(), rank));
  }
  return dims_of(tensor);
}

// Of the weights of one layer: their size in the encoder's code, measured from the values, and
// which constants of the file they are.
class WeightsOf {
 public:
  explicit WeightsOf(ImportGraph& graph) : graph_(graph) {}

  void add(std::int32_t id, WeightOrder order) {
    const FileTensor& source = graph_.constant_tensor(id);
    const FileTensor& seen = graph_.file_tensor(id);
    const std::string key =
        fmt::format("{} {} {}", source.buffer, static_cast<int>(order), fmt::join(seen.shape, "x"));
    const auto [known, is_new] = graph_.measured().try_emplace(key);
    if (is_new) known->second = measured_weight_bytes(source, seen.shape, order);
    const std::optional<std::int64_t>& bytes = known->second;
    if (!bytes) is_measured_ = false;
    bytes_ += bytes.value_or(0);
    key_ += fmt::format("{} ", source.buffer);
    graph_.note_type(source.type);
  }
  // Says so of the layer that was added last.
  void finish() { graph_.nd().weights(is_measured_ ? std::optional(bytes_) : std::nullopt, key_); }

 private:
  ImportGraph& graph_;
  std::int64_t bytes_ = 0;
  bool is_measured_ = true;
  std::string key_;
};

void say_weights(ImportGraph& graph, const FileOperator& op, std::size_t position,
                 WeightOrder order) {
  WeightsOf weights(graph);
  weights.add(graph.operand(op, position), order);
  weights.finish();
}

void conv(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const Dims dims = weight_dims(graph, op, 1, 4);  // out, height, width, in of a group
  const auto [in, folded] = graph.windowed_input(graph.operand(op, 0));
  check_image(in);
  const Shape input = NdGraph::image_shape(in, kNhwc);
  if (input.channels % dims[3] != 0) {
    throw NotMapped(
        fmt::format("weights read {} channels but the input has {}", dims[3], input.channels));
  }
  const Window w = window_of_options(op, input, dims[1], dims[2], folded, 4);
  const NdTensor out =
      graph.nd().conv(in, kNhwc, dims[0], w, input.channels / dims[3], fused_activation(op, 3));
  say_weights(graph, op, 1, WeightOrder::channel_first);
  graph.finish(index, op, out);
}

void depthwise(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const Dims dims = weight_dims(graph, op, 1, 4);  // 1, height, width, channels
  const auto [in, folded] = graph.windowed_input(graph.operand(op, 0));
  check_image(in);
  const Shape input = NdGraph::image_shape(in, kNhwc);
  if (dims[3] < input.channels || dims[3] % input.channels != 0) {
    throw NotMapped(
        fmt::format("{} filters do not divide over {} input channels", dims[3], input.channels));
  }
  const Window w = window_of_options(op, input, dims[1], dims[2], folded, 5);
  const NdTensor out =
      graph.nd().depthwise(in, kNhwc, dims[3] / input.channels, w, fused_activation(op, 4));
  say_weights(graph, op, 1, WeightOrder::channel_last);
  graph.finish(index, op, out);
}

void transpose_conv(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const Dims dims = weight_dims(graph, op, 1, 4);  // out, height, width, in
  const NdTensor in = graph.feature(graph.operand(op, 2));
  check_image(in);
  const std::vector<std::int64_t> size = graph.values(graph.operand(op, 0));
  if (size.size() != 4) throw NotMapped("the size of the output needs four numbers");
  if (dims[3] != in.dims[3]) {
    throw NotMapped(
        fmt::format("weights read {} channels but the input has {}", dims[3], in.dims[3]));
  }
  const Shape output{size[1], size[2], dims[0]};
  check_side(output);
  const Window w = window_of_options(op, output, dims[1], dims[2], {});
  const NdTensor out = graph.nd().image(
      in, kNhwc, TransposeConv2d{dims[0], output.height, output.width, w, fused_activation(op, 3)});
  say_weights(graph, op, 1, WeightOrder::channel_first);
  graph.finish(index, op, out);
}

// The rows of a fully connected operator: the file may state more axes, or flatten them.
Dims linear_dims(const ImportGraph& graph, const FileOperator& op, const NdTensor& in,
                 std::int64_t features, std::int64_t out_features) {
  const std::int64_t count = elements(in.dims);
  if (features < 1 || count % features != 0) {
    throw NotMapped(fmt::format("weights read {} elements but the input {} has {}", features,
                                dims_text(in.dims), count));
  }
  Dims kept = in.dims;
  if (!kept.empty()) kept.back() = out_features;
  const FileTensor& stated = graph.file_tensor(op.outputs.at(0));
  const bool keeps =
      !in.dims.empty() && in.dims.back() == features && stated.shape.size() == in.dims.size();
  if (keeps) return kept;
  const Dims flat{count / features, out_features};
  const Dims as_stated(stated.shape.begin(), stated.shape.end());
  const bool is_same = !stated.is_open() && !as_stated.empty() &&
                       as_stated.back() == out_features && elements(as_stated) == elements(flat);
  return is_same ? as_stated : flat;
}

// Of two feature maps: a product like any other.
void linear_of_features(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const NdTensor weights = graph.feature(graph.operand(op, 1));
  if (weights.rank() != 2) throw NotMapped("the second matrix needs two axes");
  const Dims dims = linear_dims(graph, op, in, weights.dims[1], weights.dims[0]);
  const NdTensor rows =
      graph.nd().renamed(in, {elements(in.dims) / weights.dims[1], weights.dims[1]});
  NdTensor out = graph.nd().matmul(rows, weights, false, true);
  const Activation activation = fused_activation(op, 0);
  if (activation != Activation::none) out = graph.nd().map(out, Activate{activation});
  graph.finish(index, op, graph.nd().renamed(out, dims));
}

void linear(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  if (!graph.is_constant(graph.operand(op, 1))) return linear_of_features(graph, index, op);
  const Dims weights = weight_dims(graph, op, 1, 2);  // out, in
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const Dims dims = linear_dims(graph, op, in, weights[1], weights[0]);
  NdTensor rows = in;
  if (in.dims.empty() || in.dims.back() != weights[1]) {
    rows = graph.nd().renamed(in, {elements(in.dims) / weights[1], weights[1]});
  }
  const NdTensor out = graph.nd().linear(rows, weights[0], fused_activation(op, 0));
  say_weights(graph, op, 1, WeightOrder::channel_first);
  graph.finish(index, op, graph.nd().renamed(out, dims));
}

NdTensor with_axes_swapped(ImportGraph& graph, const NdTensor& in) {
  std::vector<int> order = file_order(in.dims.size());
  if (order.size() < 2) throw NotMapped("a vector is no matrix");
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return graph.nd().transpose(in, order, TransposeAs::view);
}

// A constant matrix is weights: of the features times it, or of it times the features, which is the
// transpose of the features' transpose times its own.
void matmul_with_constant(ImportGraph& graph, std::size_t index, const FileOperator& op,
                          std::size_t constant) {
  const bool is_left = constant == 0;
  const FileTensor& file = graph.file_tensor(graph.operand(op, constant));
  const Dims dims = dims_of(file);
  if (dims.size() < 2 || elements(dims) != dims.back() * *(dims.end() - 2)) {
    throw NotMapped(fmt::format("constant '{}' is not one matrix", file.name));
  }
  const bool adjoint[2] = {op.option<std::uint8_t>(0) != 0, op.option<std::uint8_t>(1) != 0};
  NdTensor in = graph.feature(graph.operand(op, 1 - constant));
  if (adjoint[1 - constant] != is_left) in = with_axes_swapped(graph, in);
  const bool out_first = adjoint[constant] != is_left;  // the constant is out x in
  const std::int64_t out_features = out_first ? *(dims.end() - 2) : dims.back();
  const std::int64_t features = out_first ? dims.back() : *(dims.end() - 2);
  if (in.dims.empty() || in.dims.back() != features) {
    throw NotMapped(
        fmt::format("{} and the constant {} do not multiply", dims_text(in.dims), dims_text(dims)));
  }
  NdTensor out = graph.nd().linear(in, out_features, Activation::none);
  say_weights(graph, op, constant,
              out_first ? WeightOrder::channel_first : WeightOrder::channel_last);
  if (is_left) out = with_axes_swapped(graph, out);
  graph.finish(index, op, out);
}

void batch_matmul(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  for (const std::size_t position : {std::size_t{0}, std::size_t{1}}) {
    if (graph.is_constant(graph.operand(op, position))) {
      return matmul_with_constant(graph, index, op, position);
    }
  }
  const NdTensor a = graph.feature(graph.operand(op, 0)), b = graph.feature(graph.operand(op, 1));
  graph.finish(
      index, op,
      graph.nd().matmul(a, b, op.option<std::uint8_t>(0) != 0, op.option<std::uint8_t>(1) != 0));
}

// Inputs of UNIDIRECTIONAL_SEQUENCE_LSTM.
namespace lstm_input {
constexpr std::size_t kInputWeights = 1, kRecurrentWeights = 5, kProjection = 16;
constexpr std::array<std::size_t, 3> kPeepholes{9, 10, 11};
}  // namespace lstm_input

void lstm(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor file_input = graph.feature(graph.operand(op, 0));
  if (file_input.rank() != 3) throw NotMapped("the sequence needs three axes");
  for (const std::size_t peephole : lstm_input::kPeepholes) {
    if (graph.has_operand(op, peephole)) throw NotMapped("peepholes are not supported");
  }
  if (graph.has_operand(op, lstm_input::kProjection)) {
    throw NotMapped("projections are not supported");
  }
  const bool time_first = op.option<std::uint8_t>(3) != 0;
  const std::vector<int> swap{1, 0, 2};
  const auto batch_first = [&](const NdTensor& t) {
    return time_first ? graph.nd().transpose(t, swap, TransposeAs::view) : t;
  };
  const NdTensor in = graph.nd().reordered(batch_first(file_input), file_order(3));
  const Dims dims = weight_dims(graph, op, lstm_input::kInputWeights, 2);  // units, features
  if (dims[1] != in.dims[2]) {
    throw NotMapped(
        fmt::format("weights read {} features but the input has {}", dims[1], in.dims[2]));
  }
  WeightsOf weights(graph);
  for (std::size_t gate = 0; gate < 4; ++gate) {
    const std::size_t of_input = lstm_input::kInputWeights + gate;
    const std::size_t of_output = lstm_input::kRecurrentWeights + gate;
    const Dims input = weight_dims(graph, op, of_input, 2);
    const Dims recurrent = weight_dims(graph, op, of_output, 2);
    if (input != dims || recurrent != Dims{dims[0], dims[0]}) {
      throw NotMapped("the four gates differ in size");
    }
    weights.add(graph.operand(op, of_input), WeightOrder::channel_first);
    weights.add(graph.operand(op, of_output), WeightOrder::channel_first);
  }
  const NdTensor out = graph.nd().along(in, 2, Lstm{dims[0]});
  weights.finish();
  graph.finish(index, op, batch_first(out));
}

// Inputs: features, weights of features (rank x units, features), of time (rank x units, memory).
void svdf(ImportGraph& graph, std::size_t index, const FileOperator& op) {
  const NdTensor in = graph.feature(graph.operand(op, 0));
  const Dims features = weight_dims(graph, op, 1, 2), time = weight_dims(graph, op, 2, 2);
  const std::int64_t rank = op.option<std::int32_t>(0);
  if (rank < 1 || features[0] % rank != 0 || time[0] != features[0]) {
    throw NotMapped(fmt::format("{} filters of rank {} over {} in time do not match", features[0],
                                rank, time[0]));
  }
  if (in.dims.empty() || in.dims.back() != features[1]) {
    throw NotMapped(fmt::format("weights read {} features but the input is {}", features[1],
                                dims_text(in.dims)));
  }
  const std::int64_t units = features[0] / rank;
  const NdTensor out =
      graph.nd().along(in, in.rank() - 1, Svdf{units, rank, time[1], fused_activation(op, 1)});
  WeightsOf weights(graph);
  weights.add(graph.operand(op, 1), WeightOrder::channel_first);
  weights.add(graph.operand(op, 2), WeightOrder::channel_first);
  weights.finish();
  graph.finish(index, op, out);
}

}  // namespace

const std::vector<Importer>& weighted_importers() {
  static const std::vector<Importer> all{
      {BuiltinOperator::conv_2d, conv, "conv, depthwise"},
      {BuiltinOperator::depthwise_conv_2d, depthwise, "depthwise"},
      {BuiltinOperator::transpose_conv, transpose_conv, "transpose_conv"},
      {BuiltinOperator::fully_connected, linear, "linear"},
      {BuiltinOperator::batch_matmul, batch_matmul, "matmul"},
      {BuiltinOperator::unidirectional_sequence_lstm, lstm, "lstm"},
      {BuiltinOperator::svdf, svdf, "svdf"},
  };
  return all;
}

}  // namespace h4h::workloads::tflite
