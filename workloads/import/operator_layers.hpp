#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace h4h::workloads {

// An operator of a file format, and the layers that it becomes: names of operators of the IR with
// ", " between them. Empty where it is another name of a tensor, state, or known when the file is
// read. Views and transposes that a change of shape needs are left out.
struct OperatorLayers {
  std::string op;
  std::string_view layers;
};

// What becomes layers of the same kinds: a row of docs/reference/operators.md.
struct ReadOperators {
  std::vector<std::string> layers;
  bool on_macros = false;  // whether macros run one of them; the NPU runs all
  std::vector<std::string> tflite, onnx;
};

// Every operator that is read from TFLite and ONNX files, by the layers that it becomes, in
// alphabetical order.
std::vector<ReadOperators> operators_read();

}  // namespace h4h::workloads
