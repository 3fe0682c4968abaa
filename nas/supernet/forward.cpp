#include "nas/supernet/forward.hpp"

#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/autograd.h>
#include <torch/version.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "nas/supernet/attention.hpp"
#include "nas/supernet/functions.hpp"
#include "nas/supernet/norm_activation.hpp"
#include "nas/supernet/residual.hpp"

namespace h4h::nas {
namespace {

using workloads::Activation;
using workloads::Layer;
using workloads::Network;
using workloads::Window;

// LibTorch 2.4 named these after the device that they are for.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool autocasts() { return at::autocast::is_autocast_enabled(at::kCPU); }
void autocast(bool on) { at::autocast::set_autocast_enabled(at::kCPU, on); }
void autocast_to(torch::ScalarType type) { at::autocast::set_autocast_dtype(at::kCPU, type); }
#else
bool autocasts() { return at::autocast::is_cpu_enabled(); }
void autocast(bool on) { at::autocast::set_cpu_enabled(on); }
void autocast_to(torch::ScalarType type) { at::autocast::set_autocast_cpu_dtype(type); }
#endif

class Autocast {
 public:
  explicit Autocast(bool bf16) : before_(autocasts()) {
    autocast_to(torch::kBFloat16);
    autocast(bf16);
  }
  ~Autocast() {
    at::autocast::clear_cache();
    autocast(before_);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool before_;
};

[[noreturn]] void refuse(const Layer& layer, const std::string& why) {
  throw std::invalid_argument(fmt::format("layer '{}' ({}): {} cannot be trained", layer.name,
                                          workloads::op_name(layer.op), why));
}

// relu6 in bfloat16, for which LibTorch 1.13 has no gradient of hardtanh on the CPU.
struct Relu6 : torch::autograd::Function<Relu6> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, torch::Tensor x) {
    x.clamp_(0, 6);
    context->mark_dirty({x});
    context->save_for_backward({x});
    return x;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor y = context->get_saved_variables()[0];
    const torch::Tensor above = torch::threshold_backward(gradients[0], y, 0);
    return {torch::threshold_backward(above, -y, -6)};
  }
};

torch::Tensor clamped_to_6(torch::Tensor x) {
  return x.scalar_type() == torch::kFloat ? torch::hardtanh_(x, 0, 6) : Relu6::apply(x);
}

// In place where the gradient allows: a pass over memory less.
torch::Tensor activated(torch::Tensor x, const Layer& layer, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return x.relu_();
    case Activation::relu6:
      return clamped_to_6(x);
    case Activation::relu_n1_to_1:
      return x.clamp(-1, 1);
    case Activation::tanh:
      return x.tanh();
    case Activation::logistic:
      return x.sigmoid();
    case Activation::hard_swish:
      return hard_swish(x);
    case Activation::prelu:
      break;
  }
  refuse(layer, "activation prelu");
}

struct Padded {
  torch::Tensor input;
  std::vector<std::int64_t> rest;  // what a symmetric operator adds on each side
};

// Padding that differs between two sides is added here, any other left to the operator.
Padded pad(const torch::Tensor& input, const Window& window, double value) {
  const workloads::Padding& p = window.padding;
  if (p.top == p.bottom && p.left == p.right) return {input, {p.top, p.left}};
  return {torch::constant_pad_nd(input, {p.left, p.right, p.top, p.bottom}, value), {0, 0}};
}

class Walk {
 public:
  Walk(const Network& network, const Parameters& parameters, const ForwardMode& mode)
      : network_(network),
        parameters_(parameters),
        mode_(mode),
        branches_(residual_branches(network)),
        values_(network.tensors.size()) {}

  torch::Tensor run(const torch::Tensor& images) {
    values_.at(network_.inputs.at(0)) = images;
    for (place_ = 0; place_ < network_.layers.size(); ++place_) {
      const Layer& layer = network_.layers[place_];
      std::vector<torch::Tensor> inputs;
      for (const workloads::TensorId id : layer.inputs) inputs.push_back(values_.at(id));
      const torch::Tensor output = run(layer, inputs);
      if (mode_.observe) mode_.observe(layer, inputs, output);
      values_.at(layer.output) = output;
    }
    return values_.at(network_.outputs.at(0)).flatten(1).to(torch::kFloat);
  }

 private:
  using Inputs = std::vector<torch::Tensor>;

  torch::Tensor run(const Layer& layer, const Inputs& inputs) {
    return std::visit([&](const auto& op) { return apply(layer, op, inputs); }, layer.op);
  }

  torch::Tensor parameter(const Layer& layer, ParameterRole role) const {
    const auto found = parameters_.find(parameter_name(layer, role));
    if (found == parameters_.end()) {
      throw std::invalid_argument(fmt::format("'{}' has no value", parameter_name(layer, role)));
    }
    return found->second.value;
  }

  torch::Tensor convolution(const Layer& layer, const Window& window, Activation activation,
                            const torch::Tensor& input, std::int64_t groups) {
    const Padded padded = pad(input, window, 0);
    const torch::Tensor bias = bias_of(layer);
    const torch::Tensor out = torch::conv2d(
        padded.input,
        parameter(layer, ParameterRole::weight).contiguous(torch::MemoryFormat::ChannelsLast), bias,
        {window.stride_height, window.stride_width}, padded.rest,
        {window.dilation_height, window.dilation_width}, groups);
    return bias.defined() ? activated(out, layer, activation) : normed(layer, out, activation);
  }

  // Undefined where a batch norm follows.
  torch::Tensor bias_of(const Layer& layer) const {
    const auto found = parameters_.find(parameter_name(layer, ParameterRole::bias));
    if (found != parameters_.end()) return found->second.value;
    return has_batch_norm(layer) ? torch::Tensor() : parameter(layer, ParameterRole::bias);
  }

  torch::Tensor normed(const Layer& layer, const torch::Tensor& x, Activation activation) {
    const torch::Tensor scale = parameter(layer, ParameterRole::scale);
    const torch::Tensor shift = parameter(layer, ParameterRole::shift);
    const bool fused = can_norm_activation(x, activation);
    if (mode_.calibrate != nullptr) {
      const BatchMoments moments = batch_moments(x);
      collect(layer, moments, x.numel() / x.size(1));
      if (fused) return norm_activation_with(moments, x, scale, shift, kNormEpsilon, activation);
    }
    if (fused) return norm_activation(x, scale, shift, kNormEpsilon, activation);
    return activated(torch::batch_norm(x, scale, shift, {}, {}, true, 0, kNormEpsilon, false),
                     layer, activation);
  }

  // The n-th batch weighs 1/n: the average of all of them.
  void collect(const Layer& layer, const BatchMoments& batch, std::int64_t pixels) {
    Calibration::Moments& sum = mode_.calibrate->layers[layer.name];
    if (!sum.mean.defined()) sum = {torch::zeros_like(batch.mean), torch::zeros_like(batch.mean)};
    const auto n = static_cast<double>(pixels);
    const double weight = 1.0 / static_cast<double>(mode_.calibrate->batches + 1);
    sum.mean += (batch.mean - sum.mean) * weight;
    sum.variance += (batch.variance * (n / std::max(n - 1, 1.0)) - sum.variance) * weight;
  }

  torch::Tensor apply(const Layer& layer, const workloads::Conv2d& op, const Inputs& inputs) {
    return convolution(layer, op.window, op.activation, inputs.at(0), 1);
  }

  torch::Tensor apply(const Layer& layer, const workloads::DepthwiseConv2d& op,
                      const Inputs& inputs) {
    return convolution(layer, op.window, op.activation, inputs.at(0), inputs.at(0).size(1));
  }

  torch::Tensor apply(const Layer& layer, const workloads::Linear& op, const Inputs& inputs) {
    torch::Tensor in = inputs.at(0).flatten(1);
    if (layer.output == network_.outputs.at(0)) in = dropped(in);
    const torch::Tensor out = torch::linear(in, parameter(layer, ParameterRole::weight),
                                            parameter(layer, ParameterRole::bias));
    return activated(out, layer, op.activation).unsqueeze(2).unsqueeze(3);
  }

  torch::Tensor apply(const Layer& layer, const workloads::Mean& op, const Inputs& inputs) {
    if (!op.height || !op.width || op.channels) refuse(layer, "a mean over other than all pixels");
    return inputs.at(0).mean({2, 3}, true);
  }

  torch::Tensor apply(const Layer& layer, const workloads::Elementwise& op, const Inputs& inputs) {
    if (op.kind == workloads::ElementwiseKind::mul && inputs.size() == 2) {
      return activated(inputs[0] * inputs[1], layer, op.activation);
    }
    if (op.kind != workloads::ElementwiseKind::add) refuse(layer, "other than a sum or a product");
    return activated(disconnected(inputs.at(0)) + inputs.at(1), layer, op.activation);
  }

  torch::Tensor apply(const Layer& layer, const workloads::LayerNorm&, const Inputs& inputs) {
    const torch::Tensor scale = parameter(layer, ParameterRole::scale);
    const torch::Tensor normalized =
        torch::layer_norm(inputs.at(0).permute({0, 2, 3, 1}).to(torch::kFloat), {scale.size(0)},
                          scale, parameter(layer, ParameterRole::shift), kNormEpsilon)
            .permute({0, 3, 1, 2});
    // Once here, not in each convolution that reads it.
    return mode_.bf16 ? normalized.to(torch::kBFloat16) : normalized;
  }

  torch::Tensor apply(const Layer& layer, const workloads::Attention& op, const Inputs& inputs) {
    return attention({inputs.at(0), inputs.at(1), inputs.at(2)},
                     position_bias(parameter(layer, ParameterRole::position_bias)), op.heads);
  }

  torch::Tensor apply(const Layer& layer, const workloads::Pool2d& op, const Inputs& inputs) {
    const Window& w = op.window;
    if (op.kind == workloads::PoolKind::average) {
      return activated(average_pool(inputs.at(0), w), layer, op.activation);
    }
    const Padded padded = pad(inputs.at(0), w, -std::numeric_limits<double>::infinity());
    const std::vector<std::int64_t> kernel{w.kernel_height, w.kernel_width};
    const std::vector<std::int64_t> stride{w.stride_height, w.stride_width};
    return activated(torch::max_pool2d(padded.input, kernel, stride, padded.rest), layer,
                     op.activation);
  }

  torch::Tensor apply(const Layer& layer, const workloads::Activate& op, const Inputs& inputs) {
    if (op.activation == Activation::hard_swish) return hard_swish(inputs.at(0));
    return activated(inputs.at(0).clone(), layer, op.activation);
  }

  torch::Tensor apply(const Layer& layer, const workloads::Unary& op, const Inputs& inputs) {
    const torch::Tensor made = function_of(op.kind, inputs.at(0));
    if (!made.defined()) refuse(layer, "this function");
    return made;
  }

  torch::Tensor apply(const Layer& layer, const workloads::Softmax& op, const Inputs& inputs) {
    if (op.kind != workloads::SoftmaxKind::softmax) refuse(layer, "its logarithm");
    return inputs.at(0).to(torch::kFloat).softmax(1);
  }

  template <typename Op>
  torch::Tensor apply(const Layer& layer, const Op&, const Inputs&) {
    refuse(layer, "this operator");
  }

  // 0 with this probability, else the inverse of the chance to stay.
  torch::Tensor mask(torch::IntArrayRef sizes, double probability, const torch::Tensor& like) {
    const torch::Tensor kept = torch::empty(sizes, torch::kFloat)
                                   .bernoulli_(1 - probability, mode_.regularisation->generator);
    return (kept / (1 - probability)).to(like.device(), like.scalar_type());
  }

  torch::Tensor dropped(const torch::Tensor& x) {
    if (mode_.regularisation == nullptr || mode_.regularisation->dropout == 0) return x;
    return x * mask(x.sizes(), mode_.regularisation->dropout, x);
  }

  // A branch whose sum is the current layer, without the images that lose it.
  torch::Tensor disconnected(const torch::Tensor& branch) {
    const auto found = branches_.find(place_);
    if (mode_.regularisation == nullptr || mode_.regularisation->drop_connect == 0 ||
        found == branches_.end()) {
      return branch;
    }
    const auto before = static_cast<double>(std::distance(branches_.begin(), found));
    const double probability =
        mode_.regularisation->drop_connect * (before + 1) / static_cast<double>(branches_.size());
    return branch * mask({branch.size(0), 1, 1, 1}, probability, branch);
  }

  const Network& network_;
  const Parameters& parameters_;
  const ForwardMode& mode_;
  std::map<std::size_t, std::size_t> branches_;
  std::vector<torch::Tensor> values_;
  std::size_t place_ = 0;
};

// |i - j| for i, j in 0..n-1
torch::Tensor distances(std::int64_t n, const torch::Device& device) {
  const torch::Tensor i = torch::arange(n, torch::dtype(torch::kLong).device(device));
  return (i.unsqueeze(1) - i.unsqueeze(0)).abs();
}

}  // namespace

torch::Tensor resized(const torch::Tensor& images, const workloads::Shape& input) {
  if (images.size(2) == input.height && images.size(3) == input.width) return images;
  return torch::upsample_bilinear2d(images, {input.height, input.width}, false);
}

torch::Tensor position_bias(const torch::Tensor& table) {
  const std::int64_t heads = table.size(0), height = table.size(1), width = table.size(2);
  const std::int64_t tokens = height * width;
  const torch::Tensor rows = distances(height, table.device()).view({height, 1, height, 1});
  const torch::Tensor columns = distances(width, table.device()).view({1, width, 1, width});
  const torch::Tensor index = (rows * width + columns).reshape({1, tokens * tokens});
  return table.reshape({heads, tokens})
      .gather(1, index.expand({heads, tokens * tokens}))
      .view({heads, tokens, tokens});
}

torch::Tensor forward(const Network& network, const Parameters& parameters,
                      const torch::Tensor& images, const ForwardMode& mode) {
  const workloads::Shape& input = network.tensors.at(network.inputs.at(0)).shape;
  if (images.dim() != 4 || images.size(1) != input.channels) {
    throw std::invalid_argument(
        fmt::format("network '{}' reads images of {} channels", network.name, input.channels));
  }
  const Autocast autocast(mode.bf16);
  torch::Tensor logits =
      Walk(network, parameters, mode)
          .run(resized(images.contiguous(torch::MemoryFormat::ChannelsLast), input));
  if (mode.calibrate != nullptr) ++mode.calibrate->batches;
  return logits;
}

}  // namespace h4h::nas
