#include "workloads/blocks/activation_function.hpp"

namespace h4h::workloads {

std::string_view to_string(ActivationFunction function) {
  switch (function) {
    case ActivationFunction::relu:
      return "relu";
    case ActivationFunction::relu6:
      return "relu6";
    case ActivationFunction::hard_swish:
      return "hard_swish";
    case ActivationFunction::silu:
      return "silu";
    case ActivationFunction::gelu:
      return "gelu";
  }
  return "";
}

Activation fused_part(ActivationFunction function) {
  if (function == ActivationFunction::relu) return Activation::relu;
  return function == ActivationFunction::relu6 ? Activation::relu6 : Activation::none;
}

std::optional<Op> own_layer(ActivationFunction function) {
  switch (function) {
    case ActivationFunction::relu:
    case ActivationFunction::relu6:
      break;
    case ActivationFunction::hard_swish:
      return Activate{Activation::hard_swish};
    case ActivationFunction::silu:
      return Unary{UnaryKind::silu};
    case ActivationFunction::gelu:
      return Unary{UnaryKind::gelu};
  }
  return std::nullopt;
}

}  // namespace h4h::workloads
