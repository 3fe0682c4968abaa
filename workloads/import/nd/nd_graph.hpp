#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "workloads/import/nd/nd_tensor.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// What a transpose does to memory. copy: it moves the data, as in TensorFlow Lite. view: it renames
// axes, as in ONNX, whose files transpose freely; data moves where a later reader needs it to.
enum class TransposeAs { view, copy };

// What one axis of a slice takes: size values from begin on, every stride-th.
struct AxisSlice {
  std::int64_t begin = 0, size = 1, stride = 1;
};

using AxisPadding = std::pair<std::int64_t, std::int64_t>;  // before and behind

// A part of a concatenation: a tensor, or a constant of these dimensions.
struct ConcatPart {
  std::optional<NdTensor> tensor;
  Dims dims;

  static ConcatPart of(const NdTensor& t) { return {t, t.dims}; }
  static ConcatPart constant(Dims dims) { return {std::nullopt, std::move(dims)}; }
};

// A network under construction from a file whose tensors have any number of axes (0 to 8) in an
// order of its own. A layer has height x width x channels: every operator below groups neighbouring
// axes of memory into these three, adds a reshape (a view, which costs nothing) where the groups
// change, and transposes where the order of memory must change; four and more groups take several
// transposes. Axes of extent 1 need none of this.
//
// An operator of the file is one transaction: calls of any functions that add layers, then finish()
// or discard(). Results are to be used in the same transaction until finish() returns those that
// last. Every function throws NotMapped where the operator has no layer; what it had added before
// goes with discard().
class NdGraph {
 public:
  explicit NdGraph(std::string name) : net_(std::move(name)) {}

  NetworkBuilder& net() { return net_; }

  // An input of the network (no part of a transaction). `order` is the file's unless given.
  NdTensor input(const std::string& name, const Dims& dims, DataType type,
                 std::vector<int> order = {});

  // ---- transactions ----
  struct Result {
    NdTensor tensor;
    std::string name;  // of the file's tensor; its layer gets the part ahead of the first ';'
  };
  // Adds the layers. The layer that makes a result carries its name and the operator's index in the
  // file; the others are called "OP#index". A result without a layer of its own is an alias.
  std::vector<NdTensor> finish(std::size_t index, const std::string& op,
                               const std::vector<Result>& results);
  NdTensor finish(std::size_t index, const std::string& op, const Result& result);
  void discard() { pending_.clear(); }
  bool adds_layers() const { return !pending_.empty(); }  // since the last finish() or discard()

  // Of the last layer with weights that was added: their size in the encoder's code, where
  // measured, and which constant of the file they are (layers with one `constant` share their
  // weights).
  void weights(std::optional<std::int64_t> coded_bytes, const std::string& constant);

  // ---- the same elements ----
  // Under other dimensions: moves data only where axes are merged that are no neighbours in memory
  // in the file's order. The second form adds no layer where nothing moves.
  NdTensor reshape(const NdTensor& in, const Dims& dims);
  NdTensor renamed(const NdTensor& in, const Dims& dims);
  // Output axis i is input axis permutation[i].
  NdTensor transpose(const NdTensor& in, const std::vector<int>& permutation, TransposeAs as);
  // The same axes in another order of memory.
  NdTensor reordered(const NdTensor& in, const std::vector<int>& order);

  // ---- windows over images; a batch only where no window reaches over rows ----
  // Height, width and channels of one image, whatever the order of memory.
  static Shape image_shape(const NdTensor& in, const ImageAxes& axes);
  // `groups` as many as channels: a depthwise convolution.
  NdTensor conv(const NdTensor& in, const ImageAxes& axes, std::int64_t out_channels,
                const Window& window, std::int64_t groups, Activation activation);
  NdTensor depthwise(const NdTensor& in, const ImageAxes& axes, std::int64_t multiplier,
                     const Window& window, Activation activation);
  // Any operator on one image: pool, resize, transposed convolution, depth to space ...
  NdTensor image(const NdTensor& in, const ImageAxes& axes, const Op& op);

  // ---- products ----
  // Over the last axis of the file; every other axis counts rows, which stay.
  NdTensor linear(const NdTensor& in, std::int64_t out_features, Activation activation);
  // The last two axes are matrices, the others batches that broadcast.
  NdTensor matmul(const NdTensor& a, const NdTensor& b, bool transpose_a, bool transpose_b);

  // ---- element by element ----
  // Operands broadcast as numpy does.
  NdTensor elementwise(ElementwiseKind kind, const NdTensor& a, const NdTensor& b,
                       Activation activation);
  // With a constant of these dimensions.
  NdTensor elementwise(ElementwiseKind kind, const NdTensor& a, const Dims& constant,
                       Activation activation);
  // Any operator that maps each element by itself: activations, requantisation ...
  NdTensor map(const NdTensor& in, const Op& op);
  NdTensor broadcast_to(const NdTensor& in, const Dims& dims);

  // ---- along axes ----
  // An operator over the channels of every pixel, along `axis`, whose extent may change: softmax,
  // layer norm, recurrent layers ...
  NdTensor along(const NdTensor& in, int axis, const Op& op);
  // The same over all axes from `first_axis` on, as one.
  NdTensor along_from(const NdTensor& in, int first_axis, const Op& op);
  // `make` says the operator that reduces these axes of a feature map; where they are not
  // neighbours it is asked several times.
  using Reduction = std::function<Op(bool height, bool width, bool channels)>;
  NdTensor reduce(const NdTensor& in, const std::vector<int>& axes, bool keep_dims,
                  const Reduction& make);
  // The place of the largest or smallest along `axis`, which is dropped unless kept.
  NdTensor arg(const NdTensor& in, int axis, bool keep_dims, ArgKind kind);

  // ---- pieces ----
  NdTensor slice(const NdTensor& in, const std::vector<AxisSlice>& axes);  // one for every axis
  NdTensor concat(const std::vector<ConcatPart>& parts, int axis);
  NdTensor stack(const std::vector<ConcatPart>& parts, int axis);  // along a new axis
  // Before and behind every axis.
  NdTensor pad(const NdTensor& in, const std::vector<AxisPadding>& axes);
  // Along `axis`, which the axes of the indices replace.
  NdTensor gather(const NdTensor& in, int axis, const std::vector<std::int64_t>& indices,
                  const Dims& index_dims);

  // ---- anything else ----
  // Inputs seen as these shapes (of as many elements, in the file's order), and the dimensions of
  // what `op` makes of them.
  NdTensor apply(const Op& op, const std::vector<std::pair<NdTensor, Shape>>& inputs,
                 const Dims& output);

 private:
  struct PendingLayer {
    Op op;
    std::vector<TensorId> inputs;
    Shape output;
    std::optional<std::int64_t> coded_weight_bytes;
    std::string constant;  // that its weights are; empty: of its own
  };

  std::string layer_name(std::size_t index, const std::string& output);
  void say_weights(const PendingLayer& layer);  // of the network's last layer
  Shape shape(TensorId id) const;
  TensorId add(const Op& op, const std::vector<TensorId>& inputs);
  TensorId viewed(TensorId id, const Shape& shape);
  static Shape pixels_of(const NdTensor& tensor);
  NdTensor settled(NdTensor tensor);
  TensorId permuted(TensorId id, const Dims& groups, const std::vector<int>& permutation);
  NdTensor slice_axis(const NdTensor& in, int axis, const AxisSlice& part);
  NdTensor pad_one_by_one(const NdTensor& in, const std::vector<AxisPadding>& axes);

  NetworkBuilder net_;
  std::vector<PendingLayer> pending_;
  std::map<std::string, std::size_t> weights_;  // constant of the file: the first layer with it
  std::set<std::string> names_;
};

}  // namespace h4h::workloads
