#include "nas/export/onnx.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>

#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

using Dims = std::vector<std::int64_t>;
using Names = std::vector<std::string>;
using ::onnx::AttributeProto;
using ::onnx::TensorProto;
using workloads::Activation;

constexpr int kIrVersion = 7, kOpset = 13;

Dims dims_of(const Value& value) {
  const auto [first, second, third] = value.sizes;
  if (value.kind == ValueKind::vector) return {1, third};
  if (value.kind == ValueKind::heads) return {1, first, second, third};
  return {1, third, first, second};
}

class Writer {
 public:
  Writer(const Graph& graph, const std::vector<Affine>* values) : graph_(graph), values_(values) {
    model_.set_ir_version(kIrVersion);
    model_.set_producer_name("h4h");
    model_.set_producer_version(std::string(sim::program_version()));
    model_.add_opset_import()->set_version(kOpset);
    proto_.set_name(graph.name);
  }

  std::string run(const std::string& description) {
    ::onnx::StringStringEntryProto& entry = *model_.add_metadata_props();
    entry.set_key("h4h");
    entry.set_value(description);
    const Value& image = graph_.values.at(graph_.input);
    describe(*proto_.add_input(), image.name, image);
    quantize(graph_.input);
    for (const GraphNode& node : graph_.nodes) {
      std::visit([&](const auto& op) { write(node, op); }, node.op);
      quantize(node.output);
    }
    describe(*proto_.add_output(), read_name(graph_.output), graph_.values.at(graph_.output));
    *model_.mutable_graph() = std::move(proto_);
    return model_.SerializeAsString();
  }

 private:
  static void describe(::onnx::ValueInfoProto& info, const std::string& name, const Value& value) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(TensorProto::FLOAT);
    for (const std::int64_t side : dims_of(value)) {
      tensor.mutable_shape()->add_dim()->set_dim_value(side);
    }
  }

  const std::string& made_name(const GraphNode& node) const {
    return graph_.values.at(node.output).name;
  }
  // What reads a value.
  std::string read_name(ValueId id) const {
    const std::string& name = graph_.values.at(id).name;
    return values_ == nullptr ? name : name + ".dequantized";
  }
  Names inputs(const GraphNode& node) const {
    Names names;
    for (const ValueId id : node.inputs) names.push_back(read_name(id));
    return names;
  }

  // Attributes are added to what this returns.
  ::onnx::NodeProto& node(const char* op, const std::string& name, const Names& in,
                          const std::string& out) {
    ::onnx::NodeProto& made = *proto_.add_node();
    made.set_op_type(op);
    made.set_name(name);
    for (const std::string& one : in) made.add_input(one);
    made.add_output(out);
    return made;
  }
  static void set(::onnx::NodeProto& node, const char* key, std::int64_t value) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(AttributeProto::INT);
    attribute.set_i(value);
  }
  static void set(::onnx::NodeProto& node, const char* key, const Dims& values) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
  }

  static void set_real(::onnx::NodeProto& node, const char* key, float value) {
    AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(key);
    attribute.set_type(AttributeProto::FLOAT);
    attribute.set_f(value);
  }

  template <typename T>
  std::string constant(const std::string& name, TensorProto::DataType type, const Dims& dims,
                       const std::vector<T>& values) {
    TensorProto& tensor = *proto_.add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t side : dims) tensor.add_dims(side);
    tensor.set_raw_data(values.data(), values.size() * sizeof(T));
    return name;
  }
  std::string number(const std::string& name, float value) {
    return constant<float>(name, TensorProto::FLOAT, {}, {value});
  }

  // Integers and their scales, one for each index of the first axis.
  template <typename Quantized>
  std::string by_channel(const std::string& name, TensorProto::DataType type, const Dims& dims,
                         const Quantized& quantized) {
    using Integer = typename decltype(quantized.values)::value_type;
    const auto channels = static_cast<std::int64_t>(quantized.scales.size());
    const std::string q = constant(name + ".quantized", type, dims, quantized.values);
    const std::string scale =
        constant(name + ".scale", TensorProto::FLOAT, {channels}, quantized.scales);
    const std::string zero = constant(name + ".zero_point", type, {channels},
                                      std::vector<Integer>(quantized.scales.size(), 0));
    set(node("DequantizeLinear", name, {q, scale, zero}, name), "axis", 0);
    return name;
  }

  std::string scale(const std::string& name, const Affine& affine) {
    return number(name + ".scale", affine.scale);
  }
  std::string zero_point(const std::string& name, const Affine& affine) {
    return constant<std::int8_t>(name + ".zero_point", TensorProto::INT8, {},
                                 {static_cast<std::int8_t>(affine.zero_point)});
  }

  void quantize(ValueId id) {
    if (values_ == nullptr) return;
    const std::string& name = graph_.values.at(id).name;
    const Affine& affine = values_->at(id);
    const Names by{scale(name, affine), zero_point(name, affine)};
    node("QuantizeLinear", name + ".quantized", {name, by[0], by[1]}, name + ".quantized");
    node("DequantizeLinear", read_name(id), {name + ".quantized", by[0], by[1]}, read_name(id));
  }

  template <typename Op>
  Names weights(const GraphNode& made, const Op& op) {
    const std::string w = made.name + ".weight", b = made.name + ".bias";
    const std::string in = read_name(made.inputs.at(0));
    if (values_ == nullptr) {
      return {in, constant(w, TensorProto::FLOAT, op.weight.sizes, op.weight.values),
              constant(b, TensorProto::FLOAT, op.bias.sizes, op.bias.values)};
    }
    const QuantizedLayer integers = quantized(op, values_->at(made.inputs.at(0)).scale);
    return {in, by_channel(w, TensorProto::INT8, op.weight.sizes, integers.weight),
            by_channel(b, TensorProto::INT32, op.bias.sizes, integers.bias)};
  }

  // `make(name)` writes what makes the value ahead of its activation.
  template <typename Make>
  void activated(const GraphNode& made, Activation activation, Make make) {
    const std::string& out = made_name(made);
    if (activation == Activation::none) {
      make(out);
      return;
    }
    const std::string before = out + ".linear";
    make(before);
    if (activation == Activation::relu) {
      node("Relu", out + ".relu", {before}, out);
    } else {
      node("Clip", out + ".relu6", {before, number(out + ".low", 0), number(out + ".high", 6)},
           out);
    }
  }

  void write(const GraphNode& made, const Convolution& op) {
    const workloads::Window& w = op.window;
    const workloads::Padding& p = w.padding;
    const Names in = weights(made, op);
    activated(made, op.activation, [&](const std::string& out) {
      ::onnx::NodeProto& conv = node("Conv", made.name, in, out);
      set(conv, "kernel_shape", Dims{w.kernel_height, w.kernel_width});
      set(conv, "strides", Dims{w.stride_height, w.stride_width});
      set(conv, "dilations", Dims{w.dilation_height, w.dilation_width});
      set(conv, "pads", Dims{p.top, p.left, p.bottom, p.right});
      set(conv, "group", op.is_depthwise ? op.weight.sizes.front() : 1);
    });
  }
  void write(const GraphNode& made, const FullyConnected& op) {
    const Names in = weights(made, op);
    activated(made, op.activation,
              [&](const std::string& out) { set(node("Gemm", made.name, in, out), "transB", 1); });
  }

  void mean(const GraphNode& made, const Dims& axes, std::int64_t keepdims) {
    ::onnx::NodeProto& mean = node("ReduceMean", made.name, inputs(made), made_name(made));
    set(mean, "axes", axes);
    set(mean, "keepdims", keepdims);
  }
  void write(const GraphNode& made, const PixelMean&) { mean(made, {2, 3}, 0); }
  void write(const GraphNode& made, const ChannelMean&) { mean(made, {1}, 1); }

  void write(const GraphNode& made, const AveragePool& op) {
    const workloads::Window& w = op.window;
    const workloads::Padding& p = w.padding;
    ::onnx::NodeProto& pool = node("AveragePool", made.name, inputs(made), made_name(made));
    set(pool, "kernel_shape", Dims{w.kernel_height, w.kernel_width});
    set(pool, "strides", Dims{w.stride_height, w.stride_width});
    set(pool, "pads", Dims{p.top, p.left, p.bottom, p.right});
  }

  void write(const GraphNode& made, const Function& op) {
    const std::string x = inputs(made).front(), &out = made_name(made);
    switch (op.kind) {
      case FunctionKind::logistic:
        node("Sigmoid", made.name, {x}, out);
        break;
      case FunctionKind::hard_swish: {
        const std::string gate = out + ".gate";
        ::onnx::NodeProto& hard_sigmoid = node("HardSigmoid", gate, {x}, gate);
        set_real(hard_sigmoid, "alpha", 1.0F / 6);
        set_real(hard_sigmoid, "beta", 0.5F);
        node("Mul", made.name, {x, gate}, out);
        break;
      }
      case FunctionKind::gelu:
        gelu(made.name, x, out);
    }
  }
  // x (1 + erf(x / sqrt 2)) / 2: operator set 13 has no name for it.
  void gelu(const std::string& name, const std::string& x, const std::string& out) {
    const auto step = [&](const char* op, const char* part, const Names& in) {
      std::string made = out + part;
      node(op, made, in, made);
      return made;
    };
    const std::string scaled = step("Div", ".scaled", {x, number(out + ".root", std::sqrt(2.0F))});
    const std::string erf = step("Erf", ".erf", {scaled});
    const std::string above = step("Add", ".above", {erf, number(out + ".one", 1)});
    const std::string twice = step("Mul", ".twice", {x, above});
    node("Mul", name, {twice, number(out + ".half", 0.5F)}, out);
  }

  std::string operand(const GraphNode& made, const Array& array) {
    Dims dims = array.sizes;
    if (graph_.values.at(made.output).kind == ValueKind::map) dims = {dims.front(), 1, 1};
    std::string name = made.name + ".constant";
    if (values_ == nullptr) return constant(name, TensorProto::FLOAT, dims, array.values);
    const QuantizedConstant quantized = quantized_constant(array);
    const std::string q = constant(name + ".quantized", TensorProto::INT8, dims, quantized.values);
    node("DequantizeLinear", name,
         {q, scale(name, quantized.affine), zero_point(name, quantized.affine)}, name);
    return name;
  }
  // Whether a vector is multiplied with or added to every pixel of a map.
  bool is_by_channel(const GraphNode& made) const {
    return graph_.values.at(made.output).kind == ValueKind::map &&
           graph_.values.at(made.inputs.at(1)).kind == ValueKind::vector;
  }
  void write(const GraphNode& made, const Binary& op) {
    Names in = inputs(made);
    if (op.constant) {
      in.push_back(operand(made, *op.constant));
    } else if (is_by_channel(made)) {
      const std::string by_channel = made.name + ".by_channel";
      const std::int64_t channels = graph_.values.at(made.inputs[1]).sizes[2];
      node("Reshape", by_channel, {in[1], shape(by_channel, {1, channels, 1, 1})}, by_channel);
      in[1] = by_channel;
    }
    const char* const type = op.kind == Arithmetic::add        ? "Add"
                             : op.kind == Arithmetic::subtract ? "Sub"
                                                               : "Mul";
    activated(made, op.activation, [&](const std::string& out) { node(type, made.name, in, out); });
  }

  void write(const GraphNode& made, const InverseRoot&) {
    const std::string root = made.name + ".root";
    node("Sqrt", root, inputs(made), root);
    node("Reciprocal", made.name, {root}, made_name(made));
  }

  std::string shape(const std::string& name, const Dims& dims) {
    return constant(name + ".shape", TensorProto::INT64, {static_cast<std::int64_t>(dims.size())},
                    dims);
  }
  void write(const GraphNode& made, const SplitHeads& op) {
    const std::string& out = made_name(made);
    const auto [heads, rows, columns] = graph_.values.at(made.output).sizes;
    const std::string turned = op.is_turned ? out : out + ".turned";
    const Dims dims{1, heads, op.is_turned ? rows : columns, op.is_turned ? columns : rows};
    node("Reshape", turned, {inputs(made).front(), shape(made.name, dims)}, turned);
    if (!op.is_turned) set(node("Transpose", made.name, {turned}, out), "perm", Dims{0, 1, 3, 2});
  }
  void write(const GraphNode& made, const MergeHeads&) {
    const std::string turned = made.name + ".turned";
    set(node("Transpose", turned, inputs(made), turned), "perm", Dims{0, 1, 3, 2});
    node("Reshape", made.name, {turned, shape(made.name, dims_of(graph_.values.at(made.output)))},
         made_name(made));
  }
  void write(const GraphNode& made, const Product&) {
    node("MatMul", made.name, inputs(made), made_name(made));
  }
  void write(const GraphNode& made, const RowSoftmax&) {
    set(node("Softmax", made.name, inputs(made), made_name(made)), "axis", 3);
  }

  const Graph& graph_;
  const std::vector<Affine>* values_;
  ::onnx::ModelProto model_;
  ::onnx::GraphProto proto_;
};

}  // namespace

std::string to_onnx(const Graph& graph, const std::string& description,
                    const std::vector<Affine>* values) {
  return Writer(graph, values).run(description);
}

}  // namespace h4h::nas
