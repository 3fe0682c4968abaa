#include <type_traits>
#include <utility>
#include <variant>

#include "workloads/fuse/edit.hpp"
#include "workloads/fuse/fuse.hpp"

namespace h4h::workloads {
namespace {

// The activation that an operator applies to what it makes; null where it has none to apply.
Activation* fused(Op& op) {
  return std::visit(
      [](auto& o) -> Activation* {
        using T = std::decay_t<decltype(o)>;
        if constexpr (std::is_same_v<T, Conv2d> || std::is_same_v<T, DepthwiseConv2d> ||
                      std::is_same_v<T, Linear> || std::is_same_v<T, TransposeConv2d> ||
                      std::is_same_v<T, Pool2d> || std::is_same_v<T, Elementwise>) {
          return &o.activation;
        } else {
          return nullptr;
        }
      },
      op);
}

bool is_clamp(Activation activation) {
  return activation == Activation::relu || activation == Activation::relu6 ||
         activation == Activation::relu_n1_to_1;
}

}  // namespace

Network fuse_activations(Network network) {
  NetworkEdit edit(std::move(network));
  for (std::size_t i = 0; i < edit.layers(); ++i) {
    Op op = edit.op(i);
    Activation* const activation = fused(op);
    if (activation == nullptr || *activation != Activation::none) continue;
    const auto reader = edit.sole_reader(i);
    if (!reader) continue;
    const auto* function = std::get_if<Activate>(&edit.op(*reader));
    if (function == nullptr || !is_clamp(function->activation)) continue;
    *activation = function->activation;
    edit.absorb(i, op, *reader);
  }
  return std::move(edit).finish();
}

}  // namespace h4h::workloads
