#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workloads/import/fold/array.hpp"
#include "workloads/import/nd/nd_graph.hpp"
#include "workloads/import/policy.hpp"
#include "workloads/import/tflite/model.hpp"

namespace h4h::workloads::tflite {

// Throws NotMapped for a type that no tensor of a network has.
DataType data_type(const FileTensor& tensor);
// As the file states it. Throws NotMapped where a side is open.
Dims dims_of(const FileTensor& tensor);

// A network under construction beside the file it comes from: which tensor of the file is what.
class ImportGraph {
 public:
  ImportGraph(const Model& model, const std::string& name, const ImportOptions& options);

  const Model& model() const { return model_; }
  NdGraph& nd() { return nd_; }
  NetworkBuilder& net() { return nd_.net(); }
  const FileTensor& file_tensor(std::int32_t id) const;

  // Input `position` of an operator. Throws NotMapped where it is missing.
  std::int32_t operand(const FileOperator& op, std::size_t position) const;
  bool has_operand(const FileOperator& op, std::size_t position) const;

  // ---- tensors of the network ----
  // A feature map that layers can read. Throws NotMapped where there is none of a type that they
  // compute with.
  NdTensor feature(std::int32_t id) const;
  // The same of any type; nullopt where there is none.
  std::optional<NdTensor> tensor(std::int32_t id) const;
  // Throws NetworkError where a shape is given for the input, and no input of the file can have it.
  void check_given_input() const;
  // An input of the file, or what the host makes. Throws NotMapped where it cannot be one.
  NdTensor add_input(std::int32_t id);
  // An output of the network, unless it is one.
  void add_output(const NdTensor& tensor) {
    if (outputs_.insert(tensor.id).second) net().output(tensor.id);
  }
  void set_tensor(std::int32_t id, NdTensor tensor) { tensors_[id] = std::move(tensor); }
  // The operators that read a tensor, and the file if it is an output of it.
  int uses(std::int32_t id) const;
  // Those operators, in the order of the file, each as often as it reads the tensor.
  std::vector<const FileOperator*> readers(std::int32_t id) const;
  // The dimensions that the file states of a tensor, where they hold: nullopt where it leaves sides
  // open or is read for another input.
  std::optional<Dims> stated(std::int32_t id) const;

  // ---- constants ----
  bool is_constant(std::int32_t id) const;
  // The tensor that holds a constant's values: itself, or what a folded operator reads.
  const FileTensor& constant_tensor(std::int32_t id) const;
  void fold_constant(std::int32_t output, std::int32_t source);
  // Whole numbers that are known when the file is read; nullopt: they are not.
  std::optional<fold::Integers> numbers(std::int32_t id) const;
  void set_numbers(std::int32_t id, fold::Integers numbers);
  // The same; throws NotMapped where they are not known.
  std::vector<std::int64_t> values(std::int32_t id) const;

  // ---- ends of an operator ----
  // The operator's outputs are `results`, which must have the shapes that the file states.
  void finish(std::size_t index, const FileOperator& op, const std::vector<NdTensor>& results);
  void finish(std::size_t index, const FileOperator& op, const NdTensor& result) {
    finish(index, op, std::vector<NdTensor>{result});
  }
  void folded(std::size_t index, const FileOperator& op, const std::string& into) {
    net().folded({index, op.name, into});
  }

  void fold_pad(std::int32_t output, NdTensor input, const Padding& padding) {
    pads_[output] = {std::move(input), padding};
  }
  // What a windowed operator reads, with the padding of a PAD folded into it.
  std::pair<NdTensor, Padding> windowed_input(std::int32_t id) const;

  // The states that handles (tensors of the file) name, and the tensors that hold them now.
  std::map<std::int32_t, std::string>& handles() { return handles_; }
  std::map<std::string, NdTensor>& states() { return states_; }

  // Sizes of weights in the encoder's code, by what was measured.
  std::map<std::string, std::optional<std::int64_t>>& measured() { return measured_; }

  // Of the types of the file's tensors, what a reader of the costs must know.
  void note_type(TensorType type) { types_.insert(type); }
  const std::set<TensorType>& types() const { return types_; }

 private:
  void check_stated(std::int32_t id, const NdTensor& result) const;
  Dims input_dims(const FileTensor& tensor) const;

  const Model& model_;
  const ImportOptions& options_;
  NdGraph nd_;
  std::map<std::int32_t, int> uses_;
  std::map<std::int32_t, std::vector<const FileOperator*>> readers_;
  std::map<std::int32_t, NdTensor> tensors_;
  std::map<std::int32_t, std::int32_t> constants_;
  std::map<std::int32_t, fold::Integers> numbers_;
  std::size_t known_numbers_ = 0;
  std::map<std::int32_t, std::pair<NdTensor, Padding>> pads_;
  std::map<std::int32_t, std::string> handles_;
  std::map<std::string, NdTensor> states_;
  std::map<std::string, std::optional<std::int64_t>> measured_;
  std::set<TensorType> types_;
  std::set<TensorId> outputs_;
};

}  // namespace h4h::workloads::tflite
