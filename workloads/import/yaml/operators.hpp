#pragma once

#include <string_view>
#include <vector>

#include "base/yaml/fields.hpp"
#include "workloads/ir/op.hpp"

namespace h4h::workloads {

// An operator of the format, by the name that op_name() gives it.
struct OperatorKind {
  std::string_view name;
  // Reads the operator's own keys. `input` is what "same" padding looks at.
  Op (*read)(yaml::Fields& fields, const Shape& input);
  bool from_is_needed = false;  // it usually has several inputs
  bool has_weights = false;
};

const std::vector<OperatorKind>& operator_kinds();

}  // namespace h4h::workloads
