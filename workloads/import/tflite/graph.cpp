#include "workloads/import/tflite/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "workloads/import/given_input.hpp"

namespace h4h::workloads::tflite {
namespace {

bool is_computed_with(DataType type) { return type != DataType::int32 && type != DataType::int64; }

// Types of the schema by number.
constexpr std::array<std::string_view, 18> kTypeNames{
    "float32", "float16",  "int32",     "uint8",  "int64",   "string",
    "bool",    "int16",    "complex64", "int8",   "float64", "complex128",
    "uint64",  "resource", "variant",   "uint32", "uint16",  "int4"};

std::string type_name(TensorType type) {
  const auto number = static_cast<unsigned char>(type);
  return number < kTypeNames.size() ? std::string(kTypeNames.at(number)) : std::to_string(number);
}

// Of all shape arithmetic of a file; networks have some hundreds.
constexpr std::size_t kMaxNumbers = std::size_t{1} << 20;

// "1x?x?x3"
std::string open_text(const FileTensor& tensor) {
  std::string text;
  const std::vector<std::int32_t>& sides =
      tensor.signature.empty() ? tensor.shape : tensor.signature;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (i > 0) text += 'x';
    text += sides[i] < 1 ? (i == 0 ? "1" : "?") : std::to_string(sides[i]);
  }
  return text;
}

// Whether `given` differs from what the file states only where it leaves a side open.
bool fits(const FileTensor& tensor, const Dims& given) {
  if (given.size() != tensor.shape.size()) return false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool is_open =
        i < tensor.signature.size() ? tensor.signature[i] < 1 : tensor.shape[i] < 1;
    if (!is_open && tensor.shape[i] != given[i]) return false;
  }
  return true;
}

// Whether its values are few enough to be computed with.
bool is_small(const FileTensor& tensor) {
  try {
    return fold::count({tensor.shape.begin(), tensor.shape.end()}) >= 0;
  } catch (const fold::FoldError&) {
    return false;
  }
}

template <typename Value>
fold::Integers read_values(const FileTensor& tensor) {
  fold::Integers numbers{{tensor.shape.begin(), tensor.shape.end()}, {}};
  const Bytes bytes(tensor.data);
  const std::int64_t count = fold::count(numbers.dims);
  for (std::int64_t i = 0; i < count; ++i) {
    numbers.values.push_back(bytes.read<Value>(static_cast<std::size_t>(i) * sizeof(Value)));
  }
  return numbers;
}

}  // namespace

DataType data_type(const FileTensor& tensor) {
  switch (tensor.type) {
    case TensorType::float32:
      return DataType::float32;
    case TensorType::float16:
      return DataType::float16;
    case TensorType::uint8:
      return DataType::uint8;
    case TensorType::int8:
    case TensorType::int4:
      return DataType::int8;
    case TensorType::int16:
      return DataType::int16;
    case TensorType::int32:
      return DataType::int32;
    case TensorType::int64:
      return DataType::int64;
    case TensorType::boolean:
      break;
  }
  throw NotMapped(
      fmt::format("tensor '{}' has type {}; supported: float32, float16, int8, uint8, int16",
                  tensor.name, type_name(tensor.type)));
}

Dims dims_of(const FileTensor& tensor) {
  Dims dims(tensor.shape.begin(), tensor.shape.end());
  if (std::any_of(dims.begin(), dims.end(), [](std::int64_t side) { return side < 1; })) {
    throw NotMapped(
        fmt::format("tensor '{}' is {}, which leaves sides open", tensor.name, open_text(tensor)));
  }
  return dims;
}

ImportGraph::ImportGraph(const Model& model, const std::string& name, const ImportOptions& options)
    : model_(model), options_(options), nd_(name) {
  for (const FileOperator& op : model.operators) {
    for (const std::int32_t input : op.inputs) {
      ++uses_[input];
      readers_[input].push_back(&op);
    }
  }
  for (const std::int32_t output : model.outputs) ++uses_[output];
}

const FileTensor& ImportGraph::file_tensor(std::int32_t id) const {
  return model_.tensors.at(static_cast<std::size_t>(id));
}

bool ImportGraph::has_operand(const FileOperator& op, std::size_t position) const {
  return position < op.inputs.size() && op.inputs[position] >= 0;
}

std::int32_t ImportGraph::operand(const FileOperator& op, std::size_t position) const {
  if (!has_operand(op, position)) throw NotMapped(fmt::format("input {} is missing", position));
  return op.inputs[position];
}

std::optional<NdTensor> ImportGraph::tensor(std::int32_t id) const {
  const auto found = tensors_.find(id);
  if (found == tensors_.end()) return std::nullopt;
  return found->second;
}

NdTensor ImportGraph::feature(std::int32_t id) const {
  const FileTensor& file = file_tensor(id);
  if (is_constant(id)) throw NotMapped(fmt::format("reads the constant '{}'", file.name));
  const DataType type = data_type(file);
  const std::optional<NdTensor> found = tensor(id);
  if (!found) {
    throw NotMapped(
        fmt::format("reads '{}', which no supported operator before it produces", file.name));
  }
  if (!is_computed_with(type)) {
    throw NotMapped(
        fmt::format("tensor '{}': {} feature maps are not supported", file.name, to_string(type)));
  }
  return *found;
}

Dims ImportGraph::input_dims(const FileTensor& tensor) const {
  if (options_.input) {
    if (fits(tensor, *options_.input)) return *options_.input;
    if (tensor.is_open()) {
      throw NetworkError(fmt::format("input '{}' is {} in the file; {} does not fit it",
                                     tensor.name, open_text(tensor), dims_text(*options_.input)));
    }
  } else if (tensor.is_open()) {
    Dims example(tensor.shape.begin(), tensor.shape.end());
    for (std::size_t i = 0; i < example.size(); ++i) {
      const bool is_open = i < tensor.signature.size() ? tensor.signature[i] < 1 : example[i] < 1;
      if (is_open) example[i] = i == 0 ? 1 : 224;
    }
    throw NetworkError(
        fmt::format("input '{}' is {}: the file leaves sides open, on which every cost depends; "
                    "--input {}, for example, says what they are",
                    tensor.name, open_text(tensor), dims_text(example)));
  }
  Dims dims(tensor.shape.begin(), tensor.shape.end());
  if (!dims.empty() && dims.front() < 1) dims.front() = 1;  // an open batch
  return dims;
}

void ImportGraph::check_given_input() const {
  if (!options_.input) return;
  std::vector<std::string> inputs;
  for (const std::int32_t id : model_.inputs) {
    const FileTensor& file = file_tensor(id);
    if (fits(file, *options_.input)) return;
    inputs.push_back(fmt::format("'{}' is {}", file.name, open_text(file)));
  }
  refuse_given_input(*options_.input, inputs);
}

NdTensor ImportGraph::add_input(std::int32_t id) {
  const FileTensor& file = file_tensor(id);
  const DataType type = data_type(file);
  const bool is_of_file =
      std::find(model_.inputs.begin(), model_.inputs.end(), id) != model_.inputs.end();
  const Dims dims = is_of_file ? input_dims(file) : dims_of(file);
  if (is_computed_with(type)) note_type(file.type);
  return tensors_[id] = nd_.input(file.name, dims, type);
}

int ImportGraph::uses(std::int32_t id) const {
  const auto found = uses_.find(id);
  return found == uses_.end() ? 0 : found->second;
}

std::vector<const FileOperator*> ImportGraph::readers(std::int32_t id) const {
  const auto found = readers_.find(id);
  return found == readers_.end() ? std::vector<const FileOperator*>{} : found->second;
}

std::optional<Dims> ImportGraph::stated(std::int32_t id) const {
  const FileTensor& file = file_tensor(id);
  Dims dims(file.shape.begin(), file.shape.end());
  const bool is_open = file.is_open() || (!dims.empty() && dims.front() < 1);
  if (options_.input || is_open) return std::nullopt;
  return dims;
}

bool ImportGraph::is_constant(std::int32_t id) const {
  return id >= 0 &&
         (file_tensor(id).constant() || constants_.count(id) > 0 || numbers_.count(id) > 0);
}

const FileTensor& ImportGraph::constant_tensor(std::int32_t id) const {
  const auto folded = constants_.find(id);
  return file_tensor(folded == constants_.end() ? id : folded->second);
}

void ImportGraph::fold_constant(std::int32_t output, std::int32_t source) {
  const auto folded = constants_.find(source);
  constants_[output] = folded == constants_.end() ? source : folded->second;
}

std::optional<fold::Integers> ImportGraph::numbers(std::int32_t id) const {
  const auto found = numbers_.find(id);
  if (found != numbers_.end()) return found->second;
  const FileTensor& file = file_tensor(id);
  if (!file.constant() || !is_small(file)) return std::nullopt;
  if (file.type == TensorType::int32) return read_values<std::int32_t>(file);
  if (file.type == TensorType::int64) return read_values<std::int64_t>(file);
  if (file.type == TensorType::boolean) return read_values<std::int8_t>(file);
  return std::nullopt;
}

void ImportGraph::set_numbers(std::int32_t id, fold::Integers numbers) {
  known_numbers_ += numbers.values.size();
  if (known_numbers_ > kMaxNumbers) {
    throw NotMapped(fmt::format("computes more than {} numbers of shapes", kMaxNumbers));
  }
  numbers_[id] = std::move(numbers);
}

std::vector<std::int64_t> ImportGraph::values(std::int32_t id) const {
  std::optional<fold::Integers> numbers = this->numbers(id);
  if (!numbers) {
    throw NotMapped(fmt::format("the whole numbers of '{}' are not known when the file is read",
                                file_tensor(id).name));
  }
  return std::move(numbers->values);
}

std::pair<NdTensor, Padding> ImportGraph::windowed_input(std::int32_t id) const {
  const auto pad = pads_.find(id);
  if (pad == pads_.end()) return {feature(id), Padding{}};
  return pad->second;
}

void ImportGraph::check_stated(std::int32_t id, const NdTensor& result) const {
  const std::optional<Dims> stated = this->stated(id);
  // No dimensions at all: a single value or, in files of old converters, a shape that is not known.
  if (stated && !stated->empty() && result.dims != *stated) {
    throw NotMapped(fmt::format("output '{}' is {} in the file but {} by its inputs",
                                file_tensor(id).name, dims_text(*stated), dims_text(result.dims)));
  }
}

void ImportGraph::finish(std::size_t index, const FileOperator& op,
                         const std::vector<NdTensor>& results) {
  if (results.size() != op.outputs.size()) {
    throw NotMapped(fmt::format("{} outputs; supported: {}", op.outputs.size(), results.size()));
  }
  std::vector<NdGraph::Result> named;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::int32_t id = op.outputs.at(i);
    check_stated(id, results[i]);
    if (is_computed_with(data_type(file_tensor(id)))) note_type(file_tensor(id).type);
    named.push_back({results[i], file_tensor(id).name});
  }
  if (!nd_.adds_layers()) folded(index, op, "another name of what it reads");
  const std::vector<NdTensor> done = nd_.finish(index, op.name, named);
  for (std::size_t i = 0; i < done.size(); ++i) tensors_[op.outputs[i]] = done[i];
}

}  // namespace h4h::workloads::tflite
