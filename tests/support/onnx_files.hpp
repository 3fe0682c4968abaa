#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/first_output.hpp"
#include "tests/support/onnx_writer.hpp"
#include "workloads/import/onnx/convert.hpp"
#include "workloads/import/onnx/model.hpp"

namespace h4h::tests {

inline workloads::Network import_onnx(const OnnxWriter& file,
                                      const workloads::ImportOptions& options = {}) {
  return workloads::onnx::convert(workloads::onnx::parse_model(file.bytes()), "net", options);
}

// The names of the layers' operators, views left out.
inline std::vector<std::string> operators(const workloads::Network& net) {
  std::vector<std::string> names;
  for (const workloads::Layer& layer : net.layers) {
    if (!workloads::is_view(layer.op)) names.emplace_back(workloads::op_name(layer.op));
  }
  return names;
}

inline std::int64_t count(const workloads::Network& net, const std::string& op) {
  const std::vector<std::string> all = operators(net);
  return std::count(all.begin(), all.end(), op);
}

// image [1, channels, height, width] -> one node `y`.
inline OnnxWriter one_node(const std::string& op, const OnnxWriter::Dims& image,
                           const OnnxWriter::Names& more = {}, std::int64_t opset = 17) {
  OnnxWriter w(opset);
  w.input("x", image);
  OnnxWriter::Names inputs{"x"};
  inputs.insert(inputs.end(), more.begin(), more.end());
  w.node(op, inputs, {"y"});
  w.output("y");
  return w;
}

// An input `x` and weights `w`, for a convolution that makes `y`.
inline OnnxWriter one_conv(const OnnxWriter::Dims& weights,
                           const OnnxWriter::Dims& image = {1, 3, 8, 8}) {
  OnnxWriter w;
  w.input("x", image);
  w.weights("w", weights);
  w.output("y");
  return w;
}

}  // namespace h4h::tests
