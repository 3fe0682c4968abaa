#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace h4h::tests {

// Writes small ONNX files with the classes that protobuf makes of onnx.proto.
class OnnxWriter {
 public:
  using Dims = std::vector<std::int64_t>;
  using Names = std::vector<std::string>;
  static constexpr std::int32_t kFloat = 1, kUint8 = 2, kInt8 = 3, kInt64 = 7;

  explicit OnnxWriter(std::int64_t opset = 17) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(opset);
    model_.mutable_graph()->set_name("graph");
  }

  ::onnx::ModelProto& model() { return model_; }
  ::onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  // -1: an axis of unknown size.
  void input(const std::string& name, const Dims& dims, std::int32_t type = kFloat) {
    describe(*graph().add_input(), name, dims, type);
  }
  void output(const std::string& name) { graph().add_output()->set_name(name); }
  // What the file says of a tensor in between.
  void info(const std::string& name, const Dims& dims, std::int32_t type = kFloat) {
    describe(*graph().add_value_info(), name, dims, type);
  }

  // Constants: of dimensions alone, of integers, of floats.
  ::onnx::TensorProto& weights(const std::string& name, const Dims& dims,
                               std::int32_t type = kFloat) {
    ::onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t side : dims) tensor.add_dims(side);
    return tensor;
  }
  void integers(const std::string& name, const std::vector<std::int64_t>& values) {
    ::onnx::TensorProto& tensor = weights(name, {static_cast<std::int64_t>(values.size())}, kInt64);
    for (const std::int64_t value : values) tensor.add_int64_data(value);
  }
  void number(const std::string& name, float value) {
    weights(name, {}, kFloat).add_float_data(value);
  }
  void floats(const std::string& name, const std::vector<float>& values) {
    ::onnx::TensorProto& tensor = weights(name, {static_cast<std::int64_t>(values.size())});
    for (const float value : values) tensor.add_float_data(value);
  }

  // The node added last, too, for its attributes.
  class Node {
   public:
    explicit Node(::onnx::NodeProto& proto) : proto_(proto) {}
    Node& set(const std::string& key, std::int64_t value) {
      add(key, ::onnx::AttributeProto::INT).set_i(value);
      return *this;
    }
    Node& set(const std::string& key, int value) { return set(key, std::int64_t{value}); }
    Node& set(const std::string& key, float value) {
      add(key, ::onnx::AttributeProto::FLOAT).set_f(value);
      return *this;
    }
    Node& set(const std::string& key, const Dims& values) {
      ::onnx::AttributeProto& one = add(key, ::onnx::AttributeProto::INTS);
      for (const std::int64_t value : values) one.add_ints(value);
      return *this;
    }
    Node& set(const std::string& key, const char* text) {
      add(key, ::onnx::AttributeProto::STRING).set_s(text);
      return *this;
    }
    ::onnx::NodeProto& proto() { return proto_; }

   private:
    ::onnx::AttributeProto& add(const std::string& key,
                                ::onnx::AttributeProto::AttributeType type) {
      ::onnx::AttributeProto& one = *proto_.add_attribute();
      one.set_name(key);
      one.set_type(type);
      return one;
    }
    ::onnx::NodeProto& proto_;
  };
  Node node(const std::string& op, const Names& inputs, const Names& outputs,
            const std::string& name = {}) {
    ::onnx::NodeProto& proto = *graph().add_node();
    proto.set_op_type(op);
    if (!name.empty()) proto.set_name(name);
    for (const std::string& input : inputs) proto.add_input(input);
    for (const std::string& one : outputs) proto.add_output(one);
    return Node(proto);
  }

  std::string bytes() const { return model_.SerializeAsString(); }

 private:
  static void describe(::onnx::ValueInfoProto& value, const std::string& name, const Dims& dims,
                       std::int32_t type) {
    value.set_name(name);
    auto& tensor = *value.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(type);
    auto& shape = *tensor.mutable_shape();
    for (const std::int64_t side : dims) {
      auto& dim = *shape.add_dim();
      if (side < 0) {
        dim.set_dim_param("N");
      } else {
        dim.set_dim_value(side);
      }
    }
  }

  ::onnx::ModelProto model_;
};

}  // namespace h4h::tests
