#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nas/export/quantization.hpp"
#include "workloads/import/tflite/operator_names.hpp"

namespace h4h::nas {

// The tables of a TensorFlow Lite file (schema version 3), with one subgraph; slots are those of
// the schema.
class FlatbufferModel {
 public:
  using Builder = flatbuffers::FlatBufferBuilder;
  using Operator = workloads::tflite::BuiltinOperator;
  enum class Type : std::int8_t { int32 = 2, int8 = 9 };

  // Scales and zero points, one or one for each index of an axis; none of a tensor of numbers.
  struct Scales {
    std::vector<float> scales{};
    std::vector<std::int64_t> zero_points{};
    std::int32_t axis = 0;
  };

  // What an operator's options are: their number in the schema's union, and what adds the fields.
  struct Options {
    std::uint8_t type = 0;
    std::function<void(Builder&)> add{};
  };

  static constexpr flatbuffers::voffset_t slot(int i) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * i);
  }

  FlatbufferModel();

  // A tensor's index. `bytes`: of a constant; empty: of a value.
  int tensor(const std::string& name, const std::vector<std::int32_t>& shape, Type type,
             const Scales& scales, const std::string& bytes = {});
  // `version`: of the operator, which old interpreters refuse by.
  void op(Operator code, std::int32_t version, const std::vector<int>& inputs, int output,
          const Options& options);

  // The file. Once.
  std::string finish(const std::string& name, int input, int output,
                     const std::string& description);

 private:
  using Table = flatbuffers::Offset<flatbuffers::Table>;

  std::uint32_t buffer(const std::string& bytes);
  std::uint32_t code(Operator code, std::int32_t version);
  Table quantization(const Scales& scales);
  Table subgraph(const std::string& name, int input, int output);
  Table metadata(const std::string& description);

  Builder builder_;
  std::vector<Table> codes_, tensors_, operators_, buffers_;
  std::map<std::pair<Operator, std::int32_t>, std::uint32_t> code_numbers_;
};

}  // namespace h4h::nas
