#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace h4h::workloads::onnx {

// The bytes are no ONNX file, or the graph in them is not one; the message says where.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Numbers of TensorProto.DataType.
enum class ElementType : std::int32_t {
  undefined = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  string = 8,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
};
std::size_t bytes_of(ElementType type);  // of an element; 0 of those that no network computes with

// A constant of the file: an initializer or the value of a Constant node.
struct FileConstant {
  std::string name;
  std::vector<std::int64_t> dims;
  ElementType type = ElementType::undefined;
  // Little-endian, in the order of `dims`; empty where the file leaves the values out or keeps them
  // in another file. Points into Model::storage.
  std::string_view data;
  bool is_external = false;  // the values are in another file
};

struct Attribute {
  std::int64_t i = 0;
  float f = 0;
  std::string s;
  std::vector<std::int64_t> ints;
  std::vector<float> floats;
  std::optional<FileConstant> t;
  bool is_graph = false;  // of a control-flow operator
};

struct Node {
  std::string name;                 // empty in some files
  std::string op;                   // "Conv"; of other domains "com.microsoft.FusedConv"
  std::vector<std::string> inputs;  // "": an optional input left out
  std::vector<std::string> outputs;
  std::map<std::string, Attribute, std::less<>> attributes;
};

// What the file says of a tensor. An axis of unknown or symbolic size is -1; no dims: nothing is
// said of the shape.
struct ValueInfo {
  std::string name;
  ElementType type = ElementType::undefined;
  std::optional<std::vector<std::int64_t>> dims;
};

// The main graph of a file.
struct Model {
  std::int64_t opset = 0;  // of the standard operators
  std::vector<Node> nodes;
  std::vector<FileConstant> constants;
  std::vector<ValueInfo> inputs;  // without those that are constants
  std::vector<ValueInfo> outputs;
  std::vector<ValueInfo> others;  // tensors in between of which the file tells the shape
  std::shared_ptr<const void> storage;
};

// Reads the file and checks it: operator set 7 to 22 (9 to 20 are tested), tensors of sizes that
// exist, values as many as the dimensions say. Throws FormatError. `bytes` are not needed
// afterwards.
Model parse_model(std::string_view bytes);

}  // namespace h4h::workloads::onnx
