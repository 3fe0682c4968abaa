#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace h4h::tests {

// Writes small TensorFlow Lite files with the FlatBuffers library, which the reader does not use:
// two independent views of the format. Slot numbers are those of the schema.
class TfliteWriter {
 public:
  using Builder = flatbuffers::FlatBufferBuilder;
  static constexpr std::int8_t kFloat32 = 0, kFloat16 = 1, kInt32 = 2, kInt8 = 9;

  static constexpr flatbuffers::voffset_t slot(int i) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
  }

  // `data`: the bytes of a constant, "" for a feature map.
  int tensor(const std::string& name, const std::vector<int>& shape, std::int8_t type,
             const std::string& data = {}) {
    const auto bytes =
        fbb_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
    auto start = fbb_.StartTable();
    if (!data.empty()) fbb_.AddOffset(slot(0), bytes);
    buffers_.emplace_back(fbb_.EndTable(start));
    const auto dims = fbb_.CreateVector(shape);
    const auto text = fbb_.CreateString(name);
    start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), dims);
    fbb_.AddElement<std::int8_t>(slot(1), type, 0);
    fbb_.AddElement<std::uint32_t>(slot(2), static_cast<std::uint32_t>(buffers_.size() - 1), 0);
    fbb_.AddOffset(slot(3), text);
    tensors_.emplace_back(fbb_.EndTable(start));
    return static_cast<int>(tensors_.size() - 1);
  }

  // `options` adds the fields of the operator's options table.
  void op(int code, const std::vector<int>& inputs, const std::vector<int>& outputs,
          const std::function<void(Builder&)>& options = {}) {
    auto start = fbb_.StartTable();
    fbb_.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(code < 127 ? code : 127), 0);
    fbb_.AddElement<std::int32_t>(slot(3), code, 0);
    codes_.emplace_back(fbb_.EndTable(start));
    flatbuffers::uoffset_t table = 0;
    if (options) {
      start = fbb_.StartTable();
      options(fbb_);
      table = fbb_.EndTable(start);
    }
    const auto in = fbb_.CreateVector(inputs);
    const auto out = fbb_.CreateVector(outputs);
    start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), static_cast<std::uint32_t>(codes_.size() - 1), 0);
    fbb_.AddOffset(slot(1), in);
    fbb_.AddOffset(slot(2), out);
    if (options) fbb_.AddOffset(slot(4), Table(table));
    operators_.emplace_back(fbb_.EndTable(start));
  }

  void conv(const std::vector<int>& inputs, int output, std::int8_t padding, int stride,
            std::int8_t activation) {
    op(3, inputs, {output}, [=](Builder& b) {
      b.AddElement<std::int8_t>(slot(0), padding, 0);
      b.AddElement<std::int32_t>(slot(1), stride, 0);
      b.AddElement<std::int32_t>(slot(2), stride, 0);
      b.AddElement<std::int8_t>(slot(3), activation, 0);
    });
  }

  std::string finish(const std::vector<int>& inputs, const std::vector<int>& outputs) {
    const auto tensors = fbb_.CreateVector(tensors_);
    const auto in = fbb_.CreateVector(inputs);
    const auto out = fbb_.CreateVector(outputs);
    const auto operators = fbb_.CreateVector(operators_);
    auto start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), tensors);
    fbb_.AddOffset(slot(1), in);
    fbb_.AddOffset(slot(2), out);
    fbb_.AddOffset(slot(3), operators);
    const std::vector<Table> graph{Table(fbb_.EndTable(start))};
    const auto codes = fbb_.CreateVector(codes_);
    const auto graphs = fbb_.CreateVector(graph);
    const auto buffers = fbb_.CreateVector(buffers_);
    start = fbb_.StartTable();
    fbb_.AddElement<std::uint32_t>(slot(0), 3, 0);
    fbb_.AddOffset(slot(1), codes);
    fbb_.AddOffset(slot(2), graphs);
    fbb_.AddOffset(slot(4), buffers);
    fbb_.Finish(Table(fbb_.EndTable(start)), "TFL3");
    return {reinterpret_cast<const char*>(fbb_.GetBufferPointer()), fbb_.GetSize()};
  }

 private:
  using Table = flatbuffers::Offset<flatbuffers::Table>;

  Builder fbb_;
  std::vector<Table> codes_, tensors_, operators_, buffers_;
};

}  // namespace h4h::tests
