#pragma once

#include <optional>
#include <string_view>

#include "base/enum_values.hpp"
#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// What blocks apply to the result of a layer, in the order in which space files list them.
enum class ActivationFunction { relu, relu6, hard_swish, silu, gelu };
inline constexpr auto& kActivationFunctions = kEnumValues<ActivationFunction>;

std::string_view to_string(ActivationFunction function);

// What clamps is a part of the layer itself; Activation::none of the others.
Activation fused_part(ActivationFunction function);

// The layer of its own that the others are, as in networks read from files; nullopt of what clamps.
std::optional<Op> own_layer(ActivationFunction function);

}  // namespace h4h::workloads
