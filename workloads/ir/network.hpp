#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "workloads/ir/layer_shape.hpp"

namespace h4h::workloads {

using TensorId = std::size_t;

struct Tensor {
  std::string name;
  Shape shape;
  DataType type = DataType::int8;
};

bool operator==(const Tensor& a, const Tensor& b);

// The kind of block a layer was built as part of. No cost depends on it; training does.
enum class Block { none, stem, mbconv, vit, basic, head };

struct Layer {
  std::string name;
  Op op;
  std::vector<TensorId> inputs;
  TensorId output = 0;
  std::optional<std::int64_t> encoded_weight_bytes;  // as in LayerShape
  std::optional<std::int64_t> coded_weight_bytes;
  std::optional<std::size_t> file_index;  // of the operator it was read from
  Block block = Block::none;
  // The first layer, above this one, that reads the same weights; NetworkBuilder::share_weights.
  std::optional<std::size_t> weights_of{};
};

// What an importer did with an operator of the file that is not a layer of the network.
struct Folded {
  std::size_t index;  // of the operator in the file
  std::string op;
  std::string into;
};

// An operator of the file that has no layer here: left to the host, and not costed. What it reads
// and makes takes memory all the same, the host being another processor beside the same SRAM.
struct Unsupported {
  std::size_t index;
  std::string op;
  std::string reason;
  std::optional<std::int64_t> macs{};  // that it would have; none where its shapes do not say
  // It runs before this layer, and behind those above; the number of layers: behind all.
  std::size_t before = 0;
  // Tensors of the network, those that only the host makes and reads included: what it makes is
  // alive from here on, what it reads until here.
  std::vector<TensorId> reads{}, makes{};
};

// What a streaming network keeps from one inference to the next: bytes of the SRAM at all times.
struct State {
  std::string name;
  std::int64_t bytes = 0;
};

// A network in file order. Every layer reads tensors that stand before it. Among the inputs are
// the tensors that the host makes.
// Made by NetworkBuilder, which checks every shape.
struct Network {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Layer> layers;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
  std::vector<Folded> folded;
  std::vector<Unsupported> unsupported;
  std::vector<std::string> remarks;  // what a reader of its costs must know
  std::vector<State> states;
};

// A layer that does not fit its tensors; the message names both. Readers of files put "file:line: "
// or "file: " in front.
class NetworkError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

LayerShape layer_shape(const Network& network, const Layer& layer);
// Sums over the layers, as in op_traits.hpp; weights that several layers share count once.
std::int64_t macs(const Network& network);
std::int64_t weight_bytes(const Network& network);
// A line "  operator 3 (SVDF): why" for each, with a line break ahead of it.
std::string list_of(const std::vector<Unsupported>& operators);
// Of the operators left to the host, as far as their shapes are known: not in macs().
std::int64_t host_macs(const Network& network);
// "100 of 300 MACs, in 2 operators left to the host"; "at least 100 of 300 ..." where the shapes of
// some do not say.
std::string host_macs_text(const std::vector<Unsupported>& operators, std::int64_t other_macs);

// What training would train: weights; of convolutions two numbers of batch norm a channel, inside
// a transformer block and of linear layers a bias; of layer norms a scale and a shift; of
// attention a position bias for each head and each distance (rows, columns) between tokens.
std::int64_t parameters(const Layer& layer, const LayerShape& shape);
std::int64_t parameters(const Network& network);

// Stable text of the name, the inputs, every layer with all its parameters, the outputs, the states
// and the tensors of the host, the same however tensors are numbered. What else an importer says of
// its file is left out.
std::string canonical_text(const Network& network);

// Of what runs: the canonical texts are the same.
bool operator==(const Network& a, const Network& b);

// Tensors and layers get names of their own: one that is taken or empty gets a number.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(std::string name) { network_.name = std::move(name); }

  TensorId input(const std::string& name, const Shape& shape, DataType type = DataType::int8);

  // Appends a layer, infers its output. `output_name` is the layer's name unless given.
  // Throws NetworkError naming the layer and the tensors, and where the MACs of all layers pass
  // 2^53; the network is then as before.
  TensorId add(const std::string& layer_name, const Op& op, const std::vector<TensorId>& inputs,
               const std::string& output_name = {});

  // The layer added last, to say more about it.
  Layer& last_layer() { return network_.layers.back(); }

  // The layer added last reads the weights of `layer`, where those are of the same operator, kernel
  // and channels; otherwise they stay its own. Says whether it does.
  bool share_weights(std::size_t layer);

  void output(TensorId tensor);  // throws NetworkError for one that does not exist
  void state(State state) { network_.states.push_back(std::move(state)); }
  void unsupported(Unsupported what) { network_.unsupported.push_back(std::move(what)); }
  void folded(Folded folded) { network_.folded.push_back(std::move(folded)); }
  void remark(std::string text);  // once, however often it is given

  const Shape& shape(TensorId tensor) const { return network_.tensors.at(tensor).shape; }
  std::size_t layers() const { return network_.layers.size(); }  // added so far

  // Throws NetworkError where the network is empty, or nothing reads what it makes: it has no
  // output and no operator of the host that reads a tensor.
  Network build() &&;

 private:
  TensorId add_tensor(const std::string& name, const Shape& shape, DataType type);
  void count_macs();

  Network network_;
  std::set<std::string> tensor_names_, layer_names_;
  std::int64_t macs_ = 0;
};

}  // namespace h4h::workloads
