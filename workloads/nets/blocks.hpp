#pragma once

#include <string>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The steps that the built-in networks share.
class BlockBuilder {
 public:
  explicit BlockBuilder(const std::string& name) : net_(name) {}

  TensorId image(std::int64_t height, std::int64_t width, std::int64_t channels) {
    return net_.input("image", {height, width, channels});
  }
  const Shape& shape(TensorId tensor) const { return net_.shape(tensor); }

  // With "SAME" padding.
  TensorId conv(const std::string& name, TensorId in, std::int64_t channels, std::int64_t kernel,
                std::int64_t stride, Activation activation);
  TensorId depthwise(const std::string& name, TensorId in, std::int64_t stride,
                     Activation activation);

  TensorId add(const std::string& name, const Op& op, TensorId in) {
    return net_.add(name, op, {in});
  }
  TensorId sum(const std::string& name, TensorId a, TensorId b, Activation activation);

  // The mean over all pixels and a linear layer.
  TensorId mean_and_classifier(TensorId in, std::int64_t classes);

  Network finish(TensorId output) &&;

 private:
  NetworkBuilder net_;
};

// Throws NetworkError that names the network and the parameter.
void check_parameter(const std::string& network, const std::string& parameter, double value,
                     double low, double high);

}  // namespace h4h::workloads
