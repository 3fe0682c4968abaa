#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/import/onnx/graph.hpp"

namespace h4h::workloads::onnx {

// A node of the file: what it reads, its attributes, and the one thing that becomes of it. Reading
// throws NotMapped where the file does not have what is asked for.
class Operator {
 public:
  Operator(ImportGraph& graph, std::size_t index)
      : graph_(graph), index_(index), node_(graph.model().nodes.at(index)) {}

  ImportGraph& graph() const { return graph_; }
  NdGraph& nd() const { return graph_.nd(); }
  const Node& node() const { return node_; }
  std::size_t index() const { return index_; }
  std::int64_t opset() const { return graph_.model().opset; }

  // ---- inputs by place ----
  std::size_t inputs() const { return node_.inputs.size(); }
  bool has(std::size_t i) const { return i < inputs() && !node_.inputs[i].empty(); }
  const std::string& name(std::size_t i) const;
  bool is_constant(std::size_t i) const { return has(i) && graph_.constant(name(i)) != nullptr; }
  bool all_constant() const;
  const Constant& constant(std::size_t i) const;
  NdTensor feature(std::size_t i) const;
  Dims dims(std::size_t i) const;  // of either
  // Values of a constant.
  std::vector<std::int64_t> integers(std::size_t i) const;
  std::vector<double> reals(std::size_t i) const;
  // The one value of a constant; nullopt where it has several, or they are not known.
  std::optional<double> scalar(std::size_t i) const;

  // ---- attributes ----
  const Attribute* attribute(std::string_view key) const;
  std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
  double real(std::string_view key, double otherwise) const;
  std::string text(std::string_view key, const std::string& otherwise) const;
  std::optional<std::vector<std::int64_t>> list(std::string_view key) const;
  // An attribute in older operator sets, input `i` in newer ones.
  std::optional<std::vector<std::int64_t>> list(std::string_view key, std::size_t i) const;

  // ---- what becomes of it: one of these ----
  // The layers added to nd() since the last node; without any, its outputs are other tensors.
  void make(const NdTensor& output);
  void make(const std::vector<NdTensor>& outputs);
  // Constants.
  void set(Constant output) const;
  void set(std::size_t output, Constant constant) const;
  // Its output is `in` by another name; `into` says what became of it.
  void fold(const NdTensor& in, const std::string& into) const;

 private:
  ImportGraph& graph_;
  std::size_t index_;
  const Node& node_;
};

}  // namespace h4h::workloads::onnx
