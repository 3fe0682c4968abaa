#include "workloads/import/onnx/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "workloads/import/given_input.hpp"

namespace h4h::workloads::onnx {
namespace {

// Operators that see images: channels before height and width.
constexpr std::string_view kImageOperators[] = {"Conv",
                                                "ConvTranspose",
                                                "ConvInteger",
                                                "QLinearConv",
                                                "MaxPool",
                                                "AveragePool",
                                                "GlobalAveragePool",
                                                "GlobalMaxPool",
                                                "LpPool",
                                                "Resize",
                                                "Upsample",
                                                "DepthToSpace",
                                                "SpaceToDepth",
                                                "InstanceNormalization",
                                                "GroupNormalization",
                                                "BatchNormalization",
                                                "LRN",
                                                "com.microsoft.FusedConv"};
// Operators whose output has its axes where the input has them.
constexpr std::string_view kElementwise[] = {"Add",
                                             "Sub",
                                             "Mul",
                                             "Div",
                                             "Pow",
                                             "Min",
                                             "Max",
                                             "Relu",
                                             "Clip",
                                             "Sigmoid",
                                             "Tanh",
                                             "PRelu",
                                             "Identity",
                                             "Cast",
                                             "Pad",
                                             "Slice",
                                             "Concat",
                                             "LeakyRelu",
                                             "Dropout",
                                             "Sqrt",
                                             "Abs",
                                             "Split",
                                             "QuantizeLinear",
                                             "DequantizeLinear"};

template <typename List>
bool contains(const List& list, std::string_view op) {
  return std::find(std::begin(list), std::end(list), op) != std::end(list);
}

std::string text(const std::optional<Dims>& dims) {
  if (!dims) return "of unknown rank";
  std::vector<std::string> sides;
  for (const std::int64_t side : *dims) sides.push_back(side < 0 ? "?" : fmt::format("{}", side));
  return fmt::format("{}", fmt::join(sides, "x"));
}

bool is_closed(const Dims& dims) {
  return std::none_of(dims.begin(), dims.end(), [](std::int64_t side) { return side < 0; });
}

// Open axes that are first count images, of which there is one. nullopt where others are open.
std::optional<Dims> closed(std::optional<Dims> stated) {
  if (stated && !stated->empty() && stated->front() < 0) stated->front() = 1;
  return stated && is_closed(*stated) ? stated : std::nullopt;
}

// What the file states, its open axes as the user says.
std::optional<Dims> closed_with(const std::optional<Dims>& stated, const Dims& given) {
  if (!stated) return given;
  if (given.size() != stated->size() || !is_closed(given)) return std::nullopt;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if ((*stated)[i] >= 0 && (*stated)[i] != given[i]) return std::nullopt;
  }
  return given;
}

}  // namespace

DataType data_type(ElementType type) {
  switch (type) {
    case ElementType::float16:
    case ElementType::bfloat16:
      return DataType::float16;
    case ElementType::int8:
      return DataType::int8;
    case ElementType::uint8:
    case ElementType::boolean:
      return DataType::uint8;
    case ElementType::int16:
    case ElementType::uint16:
      return DataType::int16;
    case ElementType::undefined:
    case ElementType::float32:
    case ElementType::float64:
      return DataType::float32;
    case ElementType::int32:
    case ElementType::int64:
    case ElementType::uint32:
    case ElementType::uint64:
    case ElementType::string:
      break;
  }
  throw NotMapped("feature maps of integers of 32 or 64 bits, and of text, are not supported");
}

ImportGraph::ImportGraph(const Model& model, const std::string& name) : model_(model), nd_(name) {
  for (const Node& node : model.nodes) {
    for (const std::string& input : node.inputs) readers_[input].push_back(&node);
  }
  for (const ValueInfo& output : model.outputs) {
    outputs_.insert(output.name);
    stated_[output.name] = &output;
  }
  for (const ValueInfo& other : model.others) stated_[other.name] = &other;
}

const Constant* ImportGraph::constant(const std::string& name) const {
  const auto found = constants_.find(name);
  return found == constants_.end() ? nullptr : &found->second;
}

const NdTensor* ImportGraph::feature(const std::string& name) const {
  const auto found = features_.find(name);
  return found == features_.end() ? nullptr : &found->second;
}

std::optional<Dims> ImportGraph::dims(const std::string& name) const {
  if (const Constant* known = constant(name)) return known->dims;
  if (const NdTensor* known = feature(name)) return known->dims;
  const auto stated = stated_.find(name);
  return stated == stated_.end() ? std::nullopt : closed(stated->second->dims);
}

int ImportGraph::uses(const std::string& name) const {
  const auto readers = readers_.find(name);
  const std::size_t count = readers == readers_.end() ? 0 : readers->second.size();
  return static_cast<int>(count + outputs_.count(name));
}

const Node* ImportGraph::sole_reader(const std::string& name) const {
  const auto readers = readers_.find(name);
  return uses(name) == 1 && readers != readers_.end() ? readers->second.front() : nullptr;
}

void ImportGraph::set_before(const std::string& name, const NdTensor& image, std::int64_t groups) {
  grouped_[name] = {image, groups};
}

const NdTensor* ImportGraph::before(const std::string& name) const {
  const auto found = grouped_.find(name);
  return found == grouped_.end() ? nullptr : &found->second.first;
}

std::optional<int> ImportGraph::weighted(const std::string& name) const {
  const auto found = weighted_.find(name);
  if (found == weighted_.end()) return std::nullopt;
  return found->second;
}

void ImportGraph::set_padded(const std::string& name, const NdTensor& input,
                             const Padding& padding) {
  padded_[name] = {input, padding};
}

std::optional<std::pair<NdTensor, Padding>> ImportGraph::padded(const std::string& name) const {
  const auto found = padded_.find(name);
  if (found == padded_.end()) return std::nullopt;
  return found->second;
}

// Whether the axes of a tensor are those of an image, channels first: what the operators that care
// make of them. Where none does, they are. Otherwise the file's order is that of memory.
bool ImportGraph::is_image(const std::string& name) const {
  constexpr std::size_t kMostTensors = 256;  // behind an input until an operator cares
  std::vector<std::string> open{name};
  std::set<std::string> seen;
  bool is_other = false;
  while (!open.empty() && seen.size() < kMostTensors) {
    const std::string tensor = open.back();
    open.pop_back();
    const auto readers = readers_.find(tensor);
    if (readers == readers_.end() || !seen.insert(tensor).second) continue;
    for (const Node* reader : readers->second) {
      if (contains(kImageOperators, reader->op)) return true;
      if (contains(kElementwise, reader->op)) {
        open.insert(open.end(), reader->outputs.begin(), reader->outputs.end());
      } else {
        is_other = true;
      }
    }
  }
  return !is_other;
}

NdTensor ImportGraph::make_input(const ValueInfo& value, const Dims& dims) {
  const DataType type = data_type(value.type);
  note_type(value.type);
  std::vector<int> order = file_order(dims.size());
  const bool has_channels = dims.size() == 3 || dims.size() == 4;
  if (has_channels && is_image(value.name)) {
    order.erase(order.begin() + 1);
    order.push_back(1);
  }
  return nd_.input(value.name, dims, type, order);
}

void ImportGraph::add_inputs(const std::optional<std::vector<std::int64_t>>& input) {
  for (const FileConstant& constant : model_.constants) {
    set(constant.name, constant_of(constant));
  }
  if (input) check_given_input(*input);
  for (const ValueInfo& value : model_.inputs) {
    if (uses(value.name) == 0) continue;
    const auto given = input ? closed_with(value.dims, *input) : std::nullopt;
    const std::optional<Dims> dims = given ? given : closed(value.dims);
    if (!dims) {
      throw NetworkError(
          fmt::format("input '{}' is {}: its shape is open; --input gives it, as in "
                      "--input 1x3x224x224",
                      value.name, text(value.dims)));
    }
    try {
      set(value.name, make_input(value, *dims));
    } catch (const NotMapped& reason) {
      nd_.net().remark(fmt::format("input '{}': {}", value.name, reason.what()));
    }
  }
}

void ImportGraph::check_given_input(const Dims& given) const {
  std::vector<std::string> stated;
  for (const ValueInfo& value : model_.inputs) {
    if (uses(value.name) == 0) continue;
    if (closed_with(value.dims, given)) return;
    stated.push_back(fmt::format("'{}' is {}", value.name, text(value.dims)));
  }
  refuse_given_input(given, stated);
}

const NdTensor* ImportGraph::add_host_tensor(const std::string& name) {
  const auto stated = stated_.find(name);
  if (stated == stated_.end() || uses(name) == 0) return nullptr;
  const std::optional<Dims> dims = closed(stated->second->dims);
  if (!dims) return nullptr;
  set(name, make_input(*stated->second, *dims));
  return feature(name);
}

}  // namespace h4h::workloads::onnx
