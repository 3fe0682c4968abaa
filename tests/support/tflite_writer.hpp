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
  static constexpr std::int8_t kFloat32 = 0, kFloat16 = 1, kInt32 = 2, kInt64 = 4, kInt16 = 7,
                               kInt8 = 9, kResource = 13, kInt4 = 17;

  // What a tensor has beyond its name, shape, type and values.
  struct Extra {
    std::vector<int> signature;  // the shape, -1 where it is open
    bool is_variable = false;
    int same_values = -1;  // the tensor whose buffer this one has, too
  };

  static constexpr flatbuffers::voffset_t slot(int i) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
  }

  // `data`: the bytes of a constant, "" for a feature map.
  int tensor(const std::string& name, const std::vector<int>& shape, std::int8_t type,
             const std::string& data, const Extra& extra) {
    const std::uint32_t buffer =
        extra.same_values < 0 ? add_buffer(data)
                              : tensor_buffers_.at(static_cast<std::size_t>(extra.same_values));
    const auto dims = fbb_.CreateVector(shape);
    const auto text = fbb_.CreateString(name);
    const auto signature = fbb_.CreateVector(extra.signature);
    const auto start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), dims);
    fbb_.AddElement<std::int8_t>(slot(1), type, 0);
    fbb_.AddElement<std::uint32_t>(slot(2), buffer, 0);
    fbb_.AddOffset(slot(3), text);
    fbb_.AddElement<std::uint8_t>(slot(5), extra.is_variable ? 1 : 0, 0);
    if (!extra.signature.empty()) fbb_.AddOffset(slot(7), signature);
    tensors_.emplace_back(fbb_.EndTable(start));
    tensor_buffers_.push_back(buffer);
    return static_cast<int>(tensors_.size() - 1);
  }
  int tensor(const std::string& name, const std::vector<int>& shape, std::int8_t type,
             const std::string& data = {}) {
    return tensor(name, shape, type, data, Extra{});
  }

  // `options` adds the fields of the operator's options table.
  void op(int code, const std::vector<int>& inputs, const std::vector<int>& outputs,
          const std::function<void(Builder&)>& options = {}, const std::string& custom = {}) {
    const auto custom_code = fbb_.CreateString(custom);
    auto start = fbb_.StartTable();
    fbb_.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(code < 127 ? code : 127), 0);
    if (!custom.empty()) fbb_.AddOffset(slot(1), custom_code);
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

  // `further`: subgraphs beside the first, all of them empty.
  std::string finish(const std::vector<int>& inputs, const std::vector<int>& outputs,
                     int further = 0) {
    const auto tensors = fbb_.CreateVector(tensors_);
    const auto in = fbb_.CreateVector(inputs);
    const auto out = fbb_.CreateVector(outputs);
    const auto operators = fbb_.CreateVector(operators_);
    auto start = fbb_.StartTable();
    fbb_.AddOffset(slot(0), tensors);
    fbb_.AddOffset(slot(1), in);
    fbb_.AddOffset(slot(2), out);
    fbb_.AddOffset(slot(3), operators);
    std::vector<Table> graph{Table(fbb_.EndTable(start))};
    for (int i = 0; i < further; ++i) {
      start = fbb_.StartTable();
      graph.emplace_back(fbb_.EndTable(start));
    }
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

  std::uint32_t add_buffer(const std::string& data) {
    const auto bytes =
        fbb_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
    const auto start = fbb_.StartTable();
    if (!data.empty()) fbb_.AddOffset(slot(0), bytes);
    buffers_.emplace_back(fbb_.EndTable(start));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  Builder fbb_;
  std::vector<Table> codes_, tensors_, operators_, buffers_;
  std::vector<std::uint32_t> tensor_buffers_;
};

}  // namespace h4h::tests
