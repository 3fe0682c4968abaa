#pragma once

#include <string>
#include <vector>

#include "workloads/blocks/activation_function.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The steps that blocks and networks share. Each adds layers and returns the output's tensor;
// throws NetworkError as NetworkBuilder::add.
class BlockBuilder {
 public:
  explicit BlockBuilder(const std::string& name) : net_(name) {}

  // What is added from here on belongs to a block of this kind.
  void begin(Block block) { block_ = block; }

  TensorId image(std::int64_t height, std::int64_t width, std::int64_t channels) {
    return net_.input("image", {height, width, channels});
  }
  const Shape& shape(TensorId tensor) const { return net_.shape(tensor); }

  // With "SAME" padding.
  TensorId conv(const std::string& name, TensorId in, std::int64_t channels, std::int64_t kernel,
                std::int64_t stride, Activation activation);
  TensorId conv(const std::string& name, TensorId in, std::int64_t channels, std::int64_t kernel,
                std::int64_t stride, ActivationFunction function);
  TensorId depthwise(const std::string& name, TensorId in, std::int64_t kernel, std::int64_t stride,
                     ActivationFunction function);

  TensorId add(const std::string& name, const Op& op, const std::vector<TensorId>& inputs);
  TensorId add(const std::string& name, const Op& op, TensorId in) {
    return add(name, op, std::vector<TensorId>{in});
  }
  // A function of a layer's result: what layer `name` does not do itself, as "NAME/silu".
  TensorId activated(const std::string& name, TensorId in, ActivationFunction function);
  TensorId sum(const std::string& name, TensorId a, TensorId b, Activation activation);

  // The mean over all pixels and a linear layer, as the head.
  TensorId mean_and_classifier(TensorId in, std::int64_t classes);

  Network finish(TensorId output) &&;

 private:
  NetworkBuilder net_;
  Block block_ = Block::none;
};

// Throws NetworkError that names the network and the parameter.
void check_parameter(const std::string& network, const std::string& parameter, double value,
                     double low, double high);

}  // namespace h4h::workloads
