#include "nas/supernet/attention.hpp"

#include <ATen/Parallel.h>
#include <torch/autograd.h>

#include <cmath>

#include "nas/supernet/attention_kernels.hpp"
#include "nas/supernet/kernel_tensors.hpp"

namespace h4h::nas {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

HeadShape head_shape(const torch::Tensor& x, std::int64_t heads) {
  return {x.size(2) * x.size(3), x.size(1) / heads, x.size(1)};
}

double scale_of(const HeadShape& shape) { return 1 / std::sqrt(static_cast<double>(shape.width)); }

template <typename T>
T* head_of(const torch::Tensor& x, const HeadShape& shape, std::int64_t image, std::int64_t head) {
  return static_cast<T*>(x.data_ptr()) + image * shape.tokens * shape.stride + head * shape.width;
}

// The images of a head one after another, so that its sums over them have one order.
template <typename Work>
void for_heads(std::int64_t images, std::int64_t heads, const HeadShape& shape, Work work) {
  at::parallel_for(0, heads, 1, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> scratch(static_cast<std::size_t>(attention_scratch(shape)));
    for (std::int64_t head = first; head < last; ++head) {
      for (std::int64_t image = 0; image < images; ++image) work(image, head, scratch.data());
    }
  });
}

// All channels last; `bias` and `weights` [.., of keys, of queries]. Without `weights` those of
// each head stay in scratch, of which attend leaves the end: what no gradient reads need not be
// written to memory.
struct Tensors {
  torch::Tensor query, key, value, bias, weights;

  template <typename T>
  [[nodiscard]] HeadInputs<T> head(const HeadShape& shape, std::int64_t i, std::int64_t h) const {
    return {head_of<T>(query, shape, i, h), head_of<T>(key, shape, i, h),
            head_of<T>(value, shape, i, h)};
  }
  [[nodiscard]] float* weights_of(const HeadShape& shape, std::int64_t i, std::int64_t h,
                                  float* scratch) const {
    if (!weights.defined()) return scratch + attention_scratch(shape) - shape.tokens * shape.tokens;
    return weights.data_ptr<float>() + i * weights.stride(0) + h * weights.stride(1);
  }
};

template <typename T>
torch::Tensor attended(const Tensors& in, std::int64_t heads) {
  const HeadShape shape = head_shape(in.query, heads);
  torch::Tensor out = torch::empty_like(in.query);
  for_heads(out.size(0), heads, shape, [&](std::int64_t image, std::int64_t head, float* scratch) {
    attend(in.head<T>(shape, image, head), shape, static_cast<float>(scale_of(shape)),
           in.bias.data_ptr<float>() + head * in.bias.stride(0), scratch,
           in.weights_of(shape, image, head, scratch), head_of<T>(out, shape, image, head));
  });
  return out;
}

template <typename T>
variable_list gradients(const Tensors& in, const torch::Tensor& dy, std::int64_t heads) {
  const HeadShape shape = head_shape(in.query, heads);
  const torch::Tensor query = torch::empty_like(in.query), key = torch::empty_like(in.key);
  const torch::Tensor value = torch::empty_like(in.value);
  const torch::Tensor bias = torch::zeros({heads, shape.tokens, shape.tokens});
  for_heads(dy.size(0), heads, shape, [&](std::int64_t image, std::int64_t head, float* scratch) {
    attend_gradient(
        in.head<T>(shape, image, head), head_of<const T>(dy, shape, image, head), shape,
        static_cast<float>(scale_of(shape)), in.weights_of(shape, image, head, scratch), scratch,
        HeadGradients<T>{head_of<T>(query, shape, image, head), head_of<T>(key, shape, image, head),
                         head_of<T>(value, shape, image, head),
                         bias.data_ptr<float>() + head * bias.stride(0)});
  });
  return {query, key, value, bias.transpose(1, 2), {}};
}

torch::Tensor attended(const Tensors& in, std::int64_t heads) {
  return is_float(in.query) ? attended<float>(in, heads) : attended<Bfloat16>(in, heads);
}

Tensors tensors_of(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                   const torch::Tensor& bias) {
  return {channels_last(query),
          channels_last(key),
          channels_last(value),
          bias.transpose(1, 2).contiguous(),
          {}};
}

struct Attention : torch::autograd::Function<Attention> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& query,
                               const torch::Tensor& key, const torch::Tensor& value,
                               const torch::Tensor& bias, std::int64_t heads) {
    const std::int64_t tokens = bias.size(1);
    Tensors in = tensors_of(query, key, value, bias);
    in.weights = torch::empty({query.size(0), heads, tokens, tokens});
    context->save_for_backward({in.query, in.key, in.value, in.weights});
    context->saved_data["heads"] = heads;
    return attended(in, heads);
  }

  static variable_list backward(AutogradContext* context, variable_list outer) {
    const variable_list saved = context->get_saved_variables();
    const std::int64_t heads = context->saved_data["heads"].toInt();
    const Tensors in{saved[0], saved[1], saved[2], {}, saved[3]};
    const torch::Tensor dy = channels_last(outer[0].to(in.query.scalar_type()));
    return is_float(dy) ? gradients<float>(in, dy, heads) : gradients<Bfloat16>(in, dy, heads);
  }
};

bool have_kernel(const AttentionInputs& in) {
  return has_kernel(in.query) && in.key.scalar_type() == in.query.scalar_type() &&
         in.value.scalar_type() == in.query.scalar_type();
}

// [batch, channels, height, width] -> [batch, heads, tokens, channels of a head]
torch::Tensor heads_of(const torch::Tensor& x, std::int64_t heads) {
  return x.permute({0, 2, 3, 1})
      .reshape({x.size(0), x.size(2) * x.size(3), heads, x.size(1) / heads})
      .transpose(1, 2);
}

torch::Tensor by_operators(const AttentionInputs& in, const torch::Tensor& bias,
                           std::int64_t heads) {
  const torch::Tensor& x = in.query;
  const torch::Tensor query = heads_of(x, heads) * scale_of(head_shape(x, heads));
  const torch::Tensor scores = torch::matmul(query, heads_of(in.key, heads).transpose(2, 3)) + bias;
  return torch::matmul(scores.softmax(3), heads_of(in.value, heads))
      .transpose(1, 2)
      .reshape({x.size(0), x.size(2), x.size(3), x.size(1)})
      .permute({0, 3, 1, 2});
}

}  // namespace

torch::Tensor attention(const AttentionInputs& in, const torch::Tensor& bias, std::int64_t heads) {
  if (!have_kernel(in)) return by_operators(in, bias, heads);
  if (torch::GradMode::is_enabled()) {
    return Attention::apply(in.query, in.key, in.value, bias, heads);
  }
  return attended(tensors_of(in.query, in.key, in.value, bias), heads);
}

}  // namespace h4h::nas
