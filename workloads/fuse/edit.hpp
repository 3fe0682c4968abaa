#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// A network whose layers are replaced. Layers keep their numbers while it is edited, new ones get
// numbers behind them; finish() brings all into an order in which each reads what is above it.
class NetworkEdit {
 public:
  explicit NetworkEdit(Network network);

  std::size_t layers() const { return network_.layers.size(); }
  bool is_gone(std::size_t i) const { return gone_[i]; }
  const Layer& layer(std::size_t i) const { return network_.layers[i]; }
  const Op& op(std::size_t i) const { return network_.layers[i].op; }
  const Shape& shape(TensorId tensor) const { return network_.tensors.at(tensor).shape; }

  // The layer that makes a tensor; none of inputs.
  std::optional<std::size_t> maker(TensorId tensor) const { return makers_.at(tensor); }
  // The layers that read a tensor, each as often as it does.
  const std::vector<std::size_t>& readers(TensorId tensor) const { return readers_.at(tensor); }
  // Whether something that is no layer needs it: it is an output, or the host reads it.
  bool is_kept(TensorId tensor) const { return kept_.at(tensor); }
  // The layer that is alone in needing what layer `i` makes.
  std::optional<std::size_t> sole_reader(std::size_t i) const;
  // The tensor behind views of it (reshapes).
  TensorId behind_views(TensorId tensor) const;

  // Layer `i` computes `op` of `inputs` from now on, if that makes a tensor of the same shape; else
  // nothing changes and the result is false. Layers that nothing reads any more because of it go,
  // and are noted as folded into `name`.
  bool replace(std::size_t i, const Op& op, const std::vector<TensorId>& inputs,
               const std::string& name);
  // A new layer ahead of layer `i`. Throws std::invalid_argument where the inputs do not fit.
  TensorId insert(std::size_t i, const Op& op, const std::vector<TensorId>& inputs);
  // The same, in place of layer `i`: it gets the name, the operator of the file and the weights.
  TensorId insert_as(std::size_t i, const Op& op, const std::vector<TensorId>& inputs);
  // A new layer `op` in place of `parts`, which read one tensor and share weights with no layer: it
  // makes their outputs, one behind the other in the channels. They stay as long as they are read.
  TensorId insert_joined(const std::vector<std::size_t>& parts, const Op& op,
                         const std::string& name);
  // Whether another layer has the same weights.
  bool shares_weights(std::size_t i) const;
  // Layer `i` becomes `op` and makes the tensor of layer `into`, its only reader, which goes.
  void absorb(std::size_t i, const Op& op, std::size_t into);

  Network finish() &&;

 private:
  void unread(TensorId tensor, std::size_t reader);
  void remove(std::size_t i, const std::string& into);
  void remove_unread(TensorId tensor, const std::string& into);
  std::vector<std::size_t> order() const;
  std::string free_name(std::string wanted);

  Network network_;
  std::vector<bool> gone_;
  std::vector<std::size_t> place_;  // of each layer among those of the original network
  std::vector<std::optional<std::size_t>> makers_;
  std::vector<std::vector<std::size_t>> readers_;
  std::vector<bool> kept_;
  std::set<std::string> names_;  // of layers and tensors
};

}  // namespace h4h::workloads
