#include "nas/supernet/norm_activation.hpp"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <limits>
#include <optional>

#include "nas/supernet/kernel_tensors.hpp"
#include "nas/supernet/norm_kernels.hpp"

namespace h4h::nas {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using workloads::Activation;

struct Limits {
  float low, high;
};

std::optional<Limits> limits(Activation activation) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  if (activation == Activation::none) return Limits{-infinity, infinity};
  if (activation == Activation::relu) return Limits{0, infinity};
  if (activation == Activation::relu6) return Limits{0, 6};
  return std::nullopt;
}

// How many rows are taken as one, so that none is shorter than a few vectors.
std::int64_t fold_of(const torch::Tensor& x) {
  std::int64_t fold = 1;
  while (fold * x.size(1) < 128 && x.numel() / x.size(1) % (2 * fold) == 0) fold *= 2;
  return fold;
}

template <typename T>
Rows<const T> rows_of(const torch::Tensor& x) {
  const std::int64_t width = fold_of(x) * x.size(1);
  return {static_cast<const T*>(x.data_ptr()), x.numel() / width, width};
}

// [..., channels] -> [..., folded channels] and back, by sum
torch::Tensor folded(const torch::Tensor& by_channel, std::int64_t width) {
  return by_channel.repeat({width / by_channel.size(0)});
}

torch::Tensor unfolded(const torch::Tensor& sums, std::int64_t channels) {
  return sums.view({2, -1, channels}).sum(1);
}

double pixels(const torch::Tensor& x) {
  return static_cast<double>(x.numel()) / static_cast<double>(x.size(1));
}

template <typename T>
Rows<const T> part(Rows<const T> x, std::int64_t begin, std::int64_t end) {
  return {x.values + begin * x.channels, end - begin, x.channels};
}

// Rows that one thread takes at once; sums of as many stay in float. The same whatever the number
// of threads, and so are the results.
constexpr std::int64_t kRowsOfPart = 512;

template <typename Work>
void for_parts(std::int64_t rows, Work work) {
  const std::int64_t parts = (rows + kRowsOfPart - 1) / kRowsOfPart;
  at::parallel_for(0, parts, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      work(i, i * kRowsOfPart, std::min(rows, (i + 1) * kRowsOfPart));
    }
  });
}

// Two sums over all rows by channel, double: [2, channels].
template <typename T, typename Work>
torch::Tensor two_sums(Rows<const T> x, std::int64_t channels, Work work) {
  torch::Tensor sums = torch::zeros({(x.rows + kRowsOfPart - 1) / kRowsOfPart, 2, x.channels});
  for_parts(x.rows, [&](std::int64_t i, std::int64_t begin, std::int64_t end) {
    float* const first = sums.data_ptr<float>() + i * 2 * x.channels;
    work(begin, end, first, first + x.channels);
  });
  return unfolded(sums.sum(0, false, torch::kDouble), channels);
}

// By differences from the first row, so that a mean far from 0 costs no precision.
template <typename T>
BatchMoments moments_of(const torch::Tensor& x) {
  const Rows<const T> rows = rows_of<T>(x);
  const torch::Tensor origin =
      x.permute({0, 2, 3, 1}).reshape({-1, x.size(1)})[0].to(torch::kFloat);
  const torch::Tensor wide = folded(origin, rows.channels);
  const torch::Tensor sums =
      two_sums(rows, x.size(1),
               [&](std::int64_t begin, std::int64_t end, float* sum, float* square) {
                 sum_moments(part(rows, begin, end), wide.data_ptr<float>(), sum, square);
               }) /
      pixels(x);
  return {origin.to(torch::kDouble) + sums[0], (sums[1] - sums[0].square()).clamp_min(0)};
}

// The norm as a line by channel, and what its gradient needs beside it; float.
struct Line {
  torch::Tensor factor, offset, mean;
  Limits limits{};

  [[nodiscard]] Line folded_to(std::int64_t width) const {
    return {folded(factor, width), folded(offset, width), folded(mean, width), limits};
  }
  [[nodiscard]] ClampedLine values() const {
    return {factor.data_ptr<float>(), offset.data_ptr<float>(), limits.low, limits.high};
  }
};

template <typename T>
torch::Tensor line_of(const torch::Tensor& x, const Line& line) {
  torch::Tensor y = torch::empty_like(x);
  const Rows<const T> rows = rows_of<T>(x);
  const Line wide = line.folded_to(rows.channels);
  for_parts(rows.rows, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    clamped_line(part(rows, begin, end), wide.values(),
                 static_cast<T*>(y.data_ptr()) + begin * rows.channels);
  });
  return y;
}

Line line_through(const BatchMoments& moments, const torch::Tensor& inverse_deviation,
                  const torch::Tensor& scale, const torch::Tensor& shift, Activation activation) {
  const torch::Tensor factor = scale * inverse_deviation;
  return {factor.to(torch::kFloat), (shift - factor * moments.mean).to(torch::kFloat),
          moments.mean.to(torch::kFloat), *limits(activation)};
}

torch::Tensor clamped_to_line(const torch::Tensor& x, const Line& line) {
  return is_float(x) ? line_of<float>(x, line) : line_of<Bfloat16>(x, line);
}

struct Gradients {
  torch::Tensor x, scale, shift;
};

// dx = factor (g - mean(g) - (x - mean) / deviation^2 mean(g (x - mean)))
template <typename T>
Gradients gradients_of(const torch::Tensor& x, const torch::Tensor& dy, const Line& line,
                       const torch::Tensor& inverse_deviation) {
  const Rows<const T> rows = rows_of<T>(x);
  const Line wide = line.folded_to(rows.channels);
  const auto* const gradient = static_cast<const T*>(dy.data_ptr());
  const torch::Tensor sums = two_sums(
      rows, x.size(1), [&](std::int64_t begin, std::int64_t end, float* sum, float* product) {
        sum_gradients(part(rows, begin, end), gradient + begin * rows.channels, wide.values(),
                      wide.mean.data_ptr<float>(), sum, product);
      });
  const torch::Tensor means = sums / pixels(x);
  const torch::Tensor slope = -line.factor * inverse_deviation.square() * means[1];
  const torch::Tensor of_x = folded(slope.to(torch::kFloat), rows.channels);
  const torch::Tensor constant =
      folded((-line.factor * means[0] - slope * line.mean).to(torch::kFloat), rows.channels);
  torch::Tensor dx = torch::empty_like(x);
  for_parts(rows.rows, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
    line_gradient(part(rows, begin, end), gradient + begin * rows.channels, wide.values(),
                  of_x.data_ptr<float>(), constant.data_ptr<float>(),
                  static_cast<T*>(dx.data_ptr()) + begin * rows.channels);
  });
  return {dx, (sums[1] * inverse_deviation).to(torch::kFloat), sums[0].to(torch::kFloat)};
}

struct NormActivation : torch::autograd::Function<NormActivation> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                               const torch::Tensor& scale, const torch::Tensor& shift,
                               double epsilon, std::int64_t activation) {
    const torch::Tensor x = channels_last(input);
    const BatchMoments moments = batch_moments(x);
    const torch::Tensor inverse_deviation = (moments.variance + epsilon).rsqrt();
    const Line line =
        line_through(moments, inverse_deviation, scale, shift, static_cast<Activation>(activation));
    context->save_for_backward({x, line.factor, line.offset, line.mean, inverse_deviation});
    context->saved_data["activation"] = activation;
    return clamped_to_line(x, line);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const torch::Tensor& x = saved[0];
    const Line line{saved[1], saved[2], saved[3],
                    *limits(static_cast<Activation>(context->saved_data["activation"].toInt()))};
    const torch::Tensor dy = channels_last(gradients[0].to(x.scalar_type()));
    const Gradients g = is_float(x) ? gradients_of<float>(x, dy, line, saved[4])
                                    : gradients_of<Bfloat16>(x, dy, line, saved[4]);
    return {g.x, g.scale, g.shift, {}, {}};
  }
};

}  // namespace

torch::Tensor norm_activation(const torch::Tensor& x, const torch::Tensor& scale,
                              const torch::Tensor& shift, double epsilon, Activation activation) {
  return NormActivation::apply(x, scale, shift, epsilon, static_cast<std::int64_t>(activation));
}

BatchMoments batch_moments(const torch::Tensor& x) {
  if (!has_kernel(x)) {
    const torch::Tensor all = x.to(torch::kDouble);
    return {all.mean({0, 2, 3}), all.var({0, 2, 3}, /*unbiased=*/false)};
  }
  const torch::Tensor rows = channels_last(x);
  return is_float(x) ? moments_of<float>(rows) : moments_of<Bfloat16>(rows);
}

torch::Tensor norm_activation_with(const BatchMoments& moments, const torch::Tensor& x,
                                   const torch::Tensor& scale, const torch::Tensor& shift,
                                   double epsilon, Activation activation) {
  const torch::Tensor inverse_deviation = (moments.variance + epsilon).rsqrt();
  return clamped_to_line(channels_last(x),
                         line_through(moments, inverse_deviation, scale, shift, activation));
}

bool can_norm_activation(const torch::Tensor& x, Activation activation) {
  return has_kernel(x) && x.dim() == 4 && limits(activation);
}

}  // namespace h4h::nas
