#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "workloads/import/tflite/model.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads::tflite {

// Why an operator has no layer.
class NotMapped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

DataType data_type(const FileTensor& tensor);

// [C], [1,C], [1,W,C] or [1,H,W,C]. Throws NotMapped for batches and other ranks.
Shape feature_shape(const FileTensor& tensor);

// The axis of a feature map that axis `index` of a tensor of `rank` is. Throws NotMapped.
Axis feature_axis(std::int32_t index, std::size_t rank);

// A network under construction beside the file it comes from: which tensor of the file is what.
class ImportGraph {
 public:
  ImportGraph(const Model& model, const std::string& name);

  const Model& model() const { return model_; }
  NetworkBuilder& net() { return net_; }
  const FileTensor& file_tensor(std::int32_t id) const;

  // Input `position` of an operator. Throws NotMapped where it is missing.
  std::int32_t operand(const FileOperator& op, std::size_t position) const;
  // The network's tensor for a feature map of the file. Throws NotMapped where there is none.
  TensorId feature(std::int32_t id) const;
  bool constant(std::int32_t id) const;
  // The tensor that holds a constant's values: itself, or what a folded DEQUANTIZE reads.
  const FileTensor& constant_tensor(std::int32_t id) const;
  // The operators that read a tensor, and the file if it is an output of it.
  int uses(std::int32_t id) const;

  void add_input(std::int32_t id);
  // The layer of an operator; its output must have the shape that the file states.
  void add_layer(std::size_t index, const FileOperator& op, const Op& layer,
                 const std::vector<TensorId>& inputs);
  // A layer ahead of the operator's own, which alone carries its index.
  TensorId add_part(std::size_t index, const FileOperator& op, const Op& layer,
                    const std::vector<TensorId>& inputs);
  // Tensor `id` is `same` by another name; nothing happens between them.
  void alias(std::int32_t id, TensorId same) { ids_[id] = same; }
  void fold_constant(std::int32_t output, std::int32_t source) { constants_[output] = source; }
  void fold_pad(std::int32_t output, TensorId input, const Padding& padding) {
    pads_[output] = {input, padding};
  }
  // What a windowed operator reads, with the padding of a PAD folded into it.
  std::pair<TensorId, Padding> windowed_input(std::int32_t id) const;

  void note_type(DataType type) { types_.insert(std::string(to_string(type))); }
  const std::set<std::string>& types() const { return types_; }

 private:
  std::string layer_name(std::size_t index, std::int32_t output);
  DataType feature_type(const FileTensor& tensor);

  const Model& model_;
  NetworkBuilder net_;
  std::map<std::int32_t, int> uses_;
  std::map<std::int32_t, TensorId> ids_;
  std::map<std::int32_t, std::int32_t> constants_;
  std::map<std::int32_t, std::pair<TensorId, Padding>> pads_;
  std::set<std::string> names_, types_;
};

}  // namespace h4h::workloads::tflite
