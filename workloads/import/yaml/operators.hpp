#pragma once

#include "base/yaml/fields.hpp"
#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// The operator that `named` says, with its own keys from `fields`. `input` is what "same" padding
// looks at. What is wrong becomes a problem of `fields`; nothing throws.
Op read_operator(yaml::Fields& fields, const NamedOp& named, const Shape& input);

}  // namespace h4h::workloads
