#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/import/tflite/flatbuffer.hpp"
#include "workloads/import/tflite/operator_names.hpp"

namespace h4h::workloads::tflite {

enum class TensorType : std::int8_t {
  float32 = 0,
  float16 = 1,
  int32 = 2,
  uint8 = 3,
  int64 = 4,
  boolean = 6,
  int16 = 7,
  int8 = 9,
  int4 = 17,
};

struct FileTensor {
  std::string name;
  std::vector<std::int32_t> shape;
  std::vector<std::int32_t> signature;  // the shape, -1 where it is open; empty: as the shape
  TensorType type = TensorType::float32;
  std::int64_t zero_point = 0;
  std::uint32_t buffer = 0;
  bool is_variable = false;  // keeps its values from one inference to the next
  std::string_view data;     // empty unless the tensor is constant; points into the file's bytes

  bool constant() const { return !data.empty(); }
  // Whether the file leaves an axis behind the first (the batch) open.
  bool is_open() const;
};

struct FileOperator {
  BuiltinOperator code = BuiltinOperator::custom;
  std::string name;                  // "CONV_2D", "operator 999", "CUSTOM:Foo"
  std::vector<std::int32_t> inputs;  // -1: an optional input left out
  std::vector<std::int32_t> outputs;
  std::optional<Table> options;  // of the operator's own table in the schema

  // A field of the options; `fallback` is the schema's default.
  template <typename T>
  T option(int slot, T fallback = {}) const {
    return options ? options->scalar<T>(slot, fallback) : fallback;
  }
};

// Subgraph 0 of a file.
struct Model {
  std::vector<FileTensor> tensors;
  std::vector<FileOperator> operators;
  std::vector<std::int32_t> inputs;
  std::vector<std::int32_t> outputs;
  std::size_t further_subgraphs = 0;  // but for those that only set states to their first values
};

// The numbers of a field. Throws FormatError.
std::vector<std::int32_t> integers(const Table& table, int slot);

// Reads the tables. Throws FormatError. Tensor and buffer indices are valid afterwards.
Model parse_model(std::string_view file);

}  // namespace h4h::workloads::tflite
