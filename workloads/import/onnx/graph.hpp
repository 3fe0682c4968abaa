#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workloads/import/nd/nd_graph.hpp"
#include "workloads/import/onnx/constant.hpp"
#include "workloads/import/onnx/model.hpp"
#include "workloads/import/policy.hpp"

namespace h4h::workloads::onnx {

// A network under construction beside the file it comes from: which tensor of the file is what.
class ImportGraph {
 public:
  ImportGraph(const Model& model, const std::string& name);

  const Model& model() const { return model_; }
  NdGraph& nd() { return nd_; }

  // Constants of the file and inputs of the network; those of types that no network has are the
  // host's alone. Throws NetworkError where the shape of an input is open and `input` does not say
  // it.
  void add_inputs(const std::optional<std::vector<std::int64_t>>& input);
  // A tensor that an unsupported node makes; none where nothing reads it, or the file does not tell
  // its shape.
  const NdTensor* add_host_tensor(const std::string& name);

  // What a tensor of the file is; nullptr where it is not that.
  const Constant* constant(const std::string& name) const;
  const NdTensor* feature(const std::string& name) const;
  // The dimensions of a tensor, as far as they are known.
  std::optional<Dims> dims(const std::string& name) const;
  void set(const std::string& name, Constant constant) { constants_[name] = std::move(constant); }
  void set(const std::string& name, NdTensor feature) { features_[name] = std::move(feature); }

  // Nodes that read a tensor, and the file if it is an output of it.
  int uses(const std::string& name) const;
  // The node that reads a tensor, where it is the only use.
  const Node* sole_reader(const std::string& name) const;

  // Tensor `name` is, but for what per-channel constants do to it, the output of a layer with
  // weights, whose channels are its axis `channels`.
  void set_weighted(const std::string& name, int channels) { weighted_[name] = channels; }
  std::optional<int> weighted(const std::string& name) const;

  // The padding of a tensor whose only reader is a convolution, which takes it over.
  void set_padded(const std::string& name, const NdTensor& input, const Padding& padding);
  std::optional<std::pair<NdTensor, Padding>> padded(const std::string& name) const;

  // Tensor `name` is an image seen as [batch, groups, rest], which is given no layer: it is on its
  // way into a group norm or out of it.
  void set_before(const std::string& name, const NdTensor& image, std::int64_t groups);
  const NdTensor* before(const std::string& name) const;
  std::int64_t groups_before(const std::string& name) const { return grouped_.at(name).second; }

  void note_type(ElementType type) { types_.insert(type); }
  const std::set<ElementType>& types() const { return types_; }
  // The file is quantised: floats are what it computes its scales in.
  void note_quantized() { is_quantized_ = true; }
  bool is_quantized() const { return is_quantized_; }
  bool has_missing_weights() const { return has_missing_weights_; }
  void note_missing_weights() { has_missing_weights_ = true; }

 private:
  void check_given_input(const Dims& given) const;
  NdTensor make_input(const ValueInfo& value, const Dims& dims);
  bool is_image(const std::string& name) const;

  const Model& model_;
  NdGraph nd_;
  std::map<std::string, std::vector<const Node*>, std::less<>> readers_;
  std::set<std::string, std::less<>> outputs_;
  std::map<std::string, const ValueInfo*, std::less<>> stated_;
  std::map<std::string, Constant, std::less<>> constants_;
  std::map<std::string, NdTensor, std::less<>> features_;
  std::map<std::string, int, std::less<>> weighted_;
  std::map<std::string, std::pair<NdTensor, Padding>, std::less<>> padded_;
  std::map<std::string, std::pair<NdTensor, std::int64_t>, std::less<>> grouped_;
  std::set<ElementType> types_;
  bool has_missing_weights_ = false, is_quantized_ = false;
};

DataType data_type(ElementType type);  // throws NotMapped for types of no feature map

}  // namespace h4h::workloads::onnx
