#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/first_output.hpp"
#include "tests/support/tflite_writer.hpp"
#include "workloads/import/tflite/convert.hpp"

namespace h4h::tests {

// A TensorFlow Lite file by its operators: each makes tensors of stated shapes, and everything that
// an operator names and no operator makes is an input of the file.
class TfliteNetwork {
 public:
  using Builder = TfliteWriter::Builder;
  using Options = std::function<void(Builder&)>;
  using Network = workloads::Network;
  using ImportOptions = workloads::ImportOptions;

  int input(const std::vector<int>& shape, std::int8_t type = TfliteWriter::kInt8) {
    inputs_.push_back(writer.tensor(name(), shape, type));
    return inputs_.back();
  }
  int numbers(const std::vector<std::int32_t>& values, const std::vector<int>& shape) {
    return writer.tensor(
        name(), shape, TfliteWriter::kInt32,
        {reinterpret_cast<const char*>(values.data()), sizeof(std::int32_t) * values.size()});
  }
  int numbers(const std::vector<std::int32_t>& values) {
    return numbers(values, {static_cast<int>(values.size())});
  }
  int weights(const std::vector<int>& shape) {
    std::size_t count = 1;
    for (const int side : shape) count *= static_cast<std::size_t>(side);
    return writer.tensor(name(), shape, TfliteWriter::kInt8, std::string(count, '\1'));
  }
  std::vector<int> operation(int code, const std::vector<int>& inputs,
                             const std::vector<std::vector<int>>& outputs,
                             const Options& options = {}, std::int8_t type = TfliteWriter::kInt8) {
    std::vector<int> made;
    for (const std::vector<int>& shape : outputs)
      made.push_back(writer.tensor(name(), shape, type));
    writer.op(code, inputs, made, options);
    last_ = made;
    return made;
  }
  int one(int code, const std::vector<int>& inputs, const std::vector<int>& output,
          const Options& options = {}, std::int8_t type = TfliteWriter::kInt8) {
    return operation(code, inputs, {output}, options, type).front();
  }

  // The file's outputs are those of the last operator unless given.
  std::string file(const std::vector<int>& outputs = {}) {
    return writer.finish(inputs_, outputs.empty() ? last_ : outputs);
  }
  Network import(const ImportOptions& options = {}, const std::vector<int>& outputs = {}) {
    const std::string bytes = file(outputs);
    return workloads::tflite::convert(workloads::tflite::parse_model(bytes), "net", options);
  }

  TfliteWriter writer;

 private:
  std::string name() { return "t" + std::to_string(next_++); }

  std::vector<int> inputs_, last_;
  int next_ = 0;
};

// The only layer that is more than another view of the same bytes.
inline workloads::LayerShape work_of(const workloads::Network& net) {
  std::vector<workloads::LayerShape> work;
  for (const workloads::Layer& layer : net.layers) {
    if (!is_view(layer.op)) work.push_back(layer_shape(net, layer));
  }
  EXPECT_EQ(work.size(), 1u) << canonical_text(net);
  return work.at(0);
}

// Options of an operator: a byte or a number in these slots.
inline TfliteNetwork::Options option_bytes(const std::vector<std::pair<int, int>>& bytes,
                                           const std::vector<std::pair<int, int>>& numbers = {}) {
  return [=](TfliteNetwork::Builder& b) {
    for (const auto& [at, value] : bytes) {
      b.AddElement<std::int8_t>(TfliteWriter::slot(at), static_cast<std::int8_t>(value), 0);
    }
    for (const auto& [at, value] : numbers) {
      b.AddElement<std::int32_t>(TfliteWriter::slot(at), value, 0);
    }
  };
}
inline TfliteNetwork::Options option_numbers(const std::vector<std::pair<int, int>>& numbers) {
  return option_bytes({}, numbers);
}

}  // namespace h4h::tests
