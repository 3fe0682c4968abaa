// Images a second of sandwich steps (largest, two random, smallest network), ours against a plain
// LibTorch loop: NCHW, float, the default allocator, slices and gradients by autograd through the
// shared tensors, torch::optim::AdamW. The same networks, batch and losses; one thread. Each runs
// in a process of its own, in turns, so that the load of the machine hits all alike.
//   h4h_train_bench [SPACE.yaml [BATCH [STEPS [ROUNDS]]]]
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/space/load.hpp"
#include "nas/supernet/initial.hpp"
#include "nas/train/loss.hpp"
#include "nas/train/trainer.hpp"
#include "tools/h4h-nas/torch_setup.hpp"

namespace h4h {
namespace {

using workloads::Network;

struct Settings {
  std::string space;
  std::int64_t batch, steps;
};

nas::Labelled random_batch(const nas::Space& space, std::int64_t batch) {
  const std::int64_t side = space.resolution(space.max());
  torch::manual_seed(1);
  return {torch::rand({batch, space.input_channels(), side, side}),
          torch::randint(space.classes(), {batch}, torch::kLong)};
}

// What one writes first.
class Plain {
 public:
  explicit Plain(const nas::Space& space)
      : space_(space), parameters_(nas::initial_parameters(space.network(space.max()), 1)) {
    std::vector<torch::Tensor> all;
    for (auto& [name, p] : parameters_) all.push_back(p.value.requires_grad_());
    optimizer_ = std::make_unique<torch::optim::AdamW>(all, torch::optim::AdamWOptions(4e-3));
  }

  void step(const nas::Labelled& batch, std::int64_t number) {
    nas::Random random{0, 1, static_cast<std::uint64_t>(number)};
    optimizer_->zero_grad();
    for (const nas::Genotype& genotype :
         {space_.max(), space_.sample(random), space_.sample(random), space_.min()}) {
      const torch::Tensor logits = forward(space_.network(genotype), batch.images);
      (torch::nn::functional::cross_entropy(
           logits, batch.labels,
           torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(0.1)) /
       4)
          .backward();
    }
    std::vector<torch::Tensor> all;
    for (auto& [name, p] : parameters_) all.push_back(p.value);
    torch::nn::utils::clip_grad_norm_(all, 1.0);
    optimizer_->step();
  }

 private:
  torch::Tensor slice(const workloads::Layer& layer, nas::ParameterRole role,
                      torch::IntArrayRef sizes) const {
    return nas::leading(parameters_.at(nas::parameter_name(layer, role)).value, sizes);
  }

  static torch::Tensor activated(const torch::Tensor& x, workloads::Activation activation) {
    if (activation == workloads::Activation::relu) return torch::relu(x);
    return activation == workloads::Activation::relu6 ? torch::relu6(x) : x;
  }

  torch::Tensor convolution(const workloads::Layer& layer, const workloads::Window& w,
                            std::int64_t channels, std::int64_t groups, torch::Tensor x) const {
    using nas::ParameterRole;
    x = torch::constant_pad_nd(
        x, {w.padding.left, w.padding.right, w.padding.top, w.padding.bottom}, 0);
    const torch::Tensor weight =
        slice(layer, ParameterRole::weight,
              {channels, x.size(1) / groups, w.kernel_height, w.kernel_width});
    if (!nas::has_batch_norm(layer)) {
      return torch::conv2d(x, weight, slice(layer, ParameterRole::bias, {channels}),
                           w.stride_height);
    }
    const std::vector<std::int64_t> stride{w.stride_height, w.stride_width};
    x = torch::conv2d(x, weight, {}, stride, std::vector<std::int64_t>{0, 0},
                      std::vector<std::int64_t>{1, 1}, groups);
    return torch::batch_norm(x, slice(layer, ParameterRole::scale, {channels}),
                             slice(layer, ParameterRole::shift, {channels}), {}, {}, true, 0, 1e-5,
                             false);
  }

  torch::Tensor attention(const workloads::Layer& layer, std::int64_t heads,
                          const std::vector<torch::Tensor>& in) const {
    const auto split = [&](const torch::Tensor& x) {
      return x.flatten(2).reshape({x.size(0), heads, x.size(1) / heads, -1}).transpose(2, 3);
    };
    const torch::Tensor q = split(in[0]), k = split(in[1]), v = split(in[2]);
    const torch::Tensor bias = nas::position_bias(
        slice(layer, nas::ParameterRole::position_bias, {heads, in[0].size(2), in[0].size(3)}));
    const torch::Tensor scores =
        torch::matmul(q, k.transpose(2, 3)) / std::sqrt(static_cast<double>(q.size(3))) + bias;
    return torch::matmul(scores.softmax(3), v).transpose(2, 3).reshape(in[0].sizes());
  }

  torch::Tensor layer_norm(const workloads::Layer& layer, const torch::Tensor& x) const {
    const std::int64_t c = x.size(1);
    return torch::layer_norm(x.permute({0, 2, 3, 1}), {c},
                             slice(layer, nas::ParameterRole::scale, {c}),
                             slice(layer, nas::ParameterRole::shift, {c}))
        .permute({0, 3, 1, 2})
        .contiguous();
  }

  torch::Tensor run(const workloads::Layer& layer, const std::vector<torch::Tensor>& in) const {
    using namespace workloads;
    if (const auto* op = std::get_if<Conv2d>(&layer.op)) {
      return activated(convolution(layer, op->window, op->out_channels, 1, in[0]), op->activation);
    }
    if (const auto* op = std::get_if<DepthwiseConv2d>(&layer.op)) {
      const std::int64_t c = in[0].size(1);
      return activated(convolution(layer, op->window, c, c, in[0]), op->activation);
    }
    if (const auto* op = std::get_if<Linear>(&layer.op)) {
      const torch::Tensor x = in[0].flatten(1);
      return activated(
          torch::linear(x, slice(layer, nas::ParameterRole::weight, {op->out_features, x.size(1)}),
                        slice(layer, nas::ParameterRole::bias, {op->out_features})),
          op->activation);
    }
    if (std::holds_alternative<Mean>(layer.op)) return in[0].mean({2, 3}, true);
    if (std::holds_alternative<LayerNorm>(layer.op)) return layer_norm(layer, in[0]);
    if (const auto* op = std::get_if<Attention>(&layer.op)) return attention(layer, op->heads, in);
    return in.at(0) + in.at(1);
  }

  torch::Tensor forward(const Network& network, const torch::Tensor& images) const {
    std::vector<torch::Tensor> values(network.tensors.size());
    const workloads::Shape& input = network.tensors[network.inputs[0]].shape;
    values[network.inputs[0]] =
        torch::upsample_bilinear2d(images, {input.height, input.width}, false);
    for (const workloads::Layer& layer : network.layers) {
      std::vector<torch::Tensor> in;
      for (const workloads::TensorId id : layer.inputs) in.push_back(values[id]);
      values[layer.output] = run(layer, in);
    }
    return values[network.outputs[0]];
  }

  const nas::Space& space_;
  nas::Parameters parameters_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
};

struct Speed {
  double per_cpu_second = 0, per_second = 0;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of steps behind two that warm up.
template <typename Step>
Speed timed(const Settings& settings, Step step) {
  constexpr std::int64_t kWarmUp = 2;
  for (std::int64_t i = 0; i < kWarmUp; ++i) step(i);
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < settings.steps; ++i) step(kWarmUp + i);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  const auto images = static_cast<double>(settings.steps * settings.batch);
  return {images / (cpu_seconds() - cpu), images / wall.count()};
}

Speed measure(const std::string& kind, const Settings& settings) {
  if (kind != "plain") tools::keep_freed_memory();
  tools::use_threads(1);
  const nas::Space space = nas::load_space(settings.space);
  const nas::Labelled batch = random_batch(space, settings.batch);
  if (kind == "plain") {
    Plain plain(space);
    return timed(settings, [&](std::int64_t i) { plain.step(batch, i); });
  }
  nas::TrainerOptions options;
  options.bf16 = kind == "bf16";
  nas::Recipe recipe =
      nas::with_steps(nas::load_recipe(H4H_SOURCE_DIR "/nas/recipes/vanilla.yaml"), 1000);
  recipe.phases.front().dropout = recipe.phases.front().drop_connect = 0;
  nas::Trainer trainer(space, recipe, options);
  return timed(settings, [&](std::int64_t) { trainer.step(batch); });
}

// In a process of its own: its allocator is as it starts.
Speed in_process(const std::string& kind, const Settings& settings) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = ::fork();
  if (child == 0) {
    const Speed speed = measure(kind, settings);
    const bool written = ::write(ends[1], &speed, sizeof speed) == sizeof speed;
    std::_Exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  Speed speed;
  const bool read = ::read(ends[0], &speed, sizeof speed) == sizeof speed;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!read) throw std::runtime_error(kind + " failed");
  return speed;
}

void run(const Settings& settings, int rounds) {
  const std::array<std::string, 3> kinds{"plain", "float", "bf16"};
  std::array<Speed, 3> sums{};
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const Speed speed = in_process(kinds[i], settings);
      sums[i].per_cpu_second += speed.per_cpu_second / rounds;
      sums[i].per_second += speed.per_second / rounds;
    }
  }
  std::cout << "kind,images_per_cpu_second,images_per_second,times_plain_by_cpu\n";
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    std::cout << fmt::format("{},{:.1f},{:.1f},{:.2f}\n", kinds[i], sums[i].per_cpu_second,
                             sums[i].per_second, sums[i].per_cpu_second / sums[0].per_cpu_second);
  }
}

}  // namespace
}  // namespace h4h

int main(int argc, char* argv[]) {
  const auto number = [&](int i, int otherwise) {
    return argc > i ? std::stoi(argv[i]) : otherwise;
  };
  h4h::run(
      {argc > 1 ? argv[1] : H4H_SOURCE_DIR "/nas/spaces/h4h-32.yaml", number(2, 64), number(3, 4)},
      number(4, 3));
}
