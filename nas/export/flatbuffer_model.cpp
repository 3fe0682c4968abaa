#include "nas/export/flatbuffer_model.hpp"

#include <algorithm>

namespace h4h::nas {

FlatbufferModel::FlatbufferModel() { buffer({}); }  // number 0: of tensors without values

std::uint32_t FlatbufferModel::buffer(const std::string& bytes) {
  constexpr std::size_t kAlignment = 16;  // that the schema demands
  flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> data;
  if (!bytes.empty()) {
    builder_.ForceVectorAlignment(bytes.size(), 1, kAlignment);
    data = builder_.CreateVector(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  const auto start = builder_.StartTable();
  if (!bytes.empty()) builder_.AddOffset(slot(0), data);
  buffers_.emplace_back(builder_.EndTable(start));
  return static_cast<std::uint32_t>(buffers_.size() - 1);
}

FlatbufferModel::Table FlatbufferModel::quantization(const Scales& scales) {
  const auto scale = builder_.CreateVector(scales.scales);
  const auto zero = builder_.CreateVector(scales.zero_points);
  const auto start = builder_.StartTable();
  builder_.AddOffset(slot(2), scale);
  builder_.AddOffset(slot(3), zero);
  builder_.AddElement<std::int32_t>(slot(6), scales.axis, 0);
  return Table(builder_.EndTable(start));
}

int FlatbufferModel::tensor(const std::string& name, const std::vector<std::int32_t>& shape,
                            Type type, const Scales& scales, const std::string& bytes) {
  const std::uint32_t data = bytes.empty() ? 0 : buffer(bytes);
  const auto dims = builder_.CreateVector(shape);
  const auto text = builder_.CreateString(name);
  const Table quantized = scales.scales.empty() ? Table() : quantization(scales);
  const auto start = builder_.StartTable();
  builder_.AddOffset(slot(0), dims);
  builder_.AddElement<std::int8_t>(slot(1), static_cast<std::int8_t>(type), 0);
  builder_.AddElement<std::uint32_t>(slot(2), data, 0);
  builder_.AddOffset(slot(3), text);
  if (!quantized.IsNull()) builder_.AddOffset(slot(4), quantized);
  tensors_.emplace_back(builder_.EndTable(start));
  return static_cast<int>(tensors_.size() - 1);
}

std::uint32_t FlatbufferModel::code(Operator code, std::int32_t version) {
  const auto number = static_cast<std::uint32_t>(codes_.size());
  const auto [found, is_new] = code_numbers_.emplace(std::pair(code, version), number);
  if (!is_new) return found->second;
  constexpr std::int32_t kMostOld = 127;  // of the byte that old interpreters read
  const auto value = static_cast<std::int32_t>(code);
  const auto start = builder_.StartTable();
  builder_.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(std::min(value, kMostOld)), 0);
  builder_.AddElement<std::int32_t>(slot(2), version, 1);
  builder_.AddElement<std::int32_t>(slot(3), value, 0);
  codes_.emplace_back(builder_.EndTable(start));
  return number;
}

void FlatbufferModel::op(Operator what, std::int32_t version, const std::vector<int>& inputs,
                         int output, const Options& options) {
  const std::uint32_t number = code(what, version);
  flatbuffers::uoffset_t table = 0;
  if (options.type != 0) {
    const auto start = builder_.StartTable();
    if (options.add) options.add(builder_);
    table = builder_.EndTable(start);
  }
  const auto in = builder_.CreateVector(inputs);
  const auto out = builder_.CreateVector(std::vector<int>{output});
  const auto start = builder_.StartTable();
  builder_.AddElement<std::uint32_t>(slot(0), number, 0);
  builder_.AddOffset(slot(1), in);
  builder_.AddOffset(slot(2), out);
  builder_.AddElement<std::uint8_t>(slot(3), options.type, 0);
  if (table != 0) builder_.AddOffset(slot(4), Table(table));
  operators_.emplace_back(builder_.EndTable(start));
}

FlatbufferModel::Table FlatbufferModel::subgraph(const std::string& name, int input, int output) {
  const auto tensors = builder_.CreateVector(tensors_);
  const auto in = builder_.CreateVector(std::vector<int>{input});
  const auto out = builder_.CreateVector(std::vector<int>{output});
  const auto operators = builder_.CreateVector(operators_);
  const auto text = builder_.CreateString(name);
  const auto start = builder_.StartTable();
  builder_.AddOffset(slot(0), tensors);
  builder_.AddOffset(slot(1), in);
  builder_.AddOffset(slot(2), out);
  builder_.AddOffset(slot(3), operators);
  builder_.AddOffset(slot(4), text);
  return Table(builder_.EndTable(start));
}

FlatbufferModel::Table FlatbufferModel::metadata(const std::string& description) {
  const std::uint32_t number = buffer(description);
  const auto name = builder_.CreateString("h4h");
  const auto start = builder_.StartTable();
  builder_.AddOffset(slot(0), name);
  builder_.AddElement<std::uint32_t>(slot(1), number, 0);
  return Table(builder_.EndTable(start));
}

std::string FlatbufferModel::finish(const std::string& name, int input, int output,
                                    const std::string& description) {
  constexpr std::uint32_t kSchemaVersion = 3;
  const auto graphs = builder_.CreateVector(std::vector<Table>{subgraph(name, input, output)});
  const auto entries = builder_.CreateVector(std::vector<Table>{metadata(description)});
  const auto codes = builder_.CreateVector(codes_);
  const auto text = builder_.CreateString("h4h");
  const auto buffers = builder_.CreateVector(buffers_);
  const auto start = builder_.StartTable();
  builder_.AddElement<std::uint32_t>(slot(0), kSchemaVersion, 0);
  builder_.AddOffset(slot(1), codes);
  builder_.AddOffset(slot(2), graphs);
  builder_.AddOffset(slot(3), text);
  builder_.AddOffset(slot(4), buffers);
  builder_.AddOffset(slot(6), entries);
  builder_.Finish(Table(builder_.EndTable(start)), "TFL3");
  return {reinterpret_cast<const char*>(builder_.GetBufferPointer()), builder_.GetSize()};
}

}  // namespace h4h::nas
