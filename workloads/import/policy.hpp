#pragma once

#include <string_view>

namespace h4h::workloads {

// What to do with an unsupported operator.
enum class UnsupportedPolicy { refuse, host };
constexpr std::string_view to_string(UnsupportedPolicy policy) {
  switch (policy) {
    case UnsupportedPolicy::refuse:
      return "refuse";
    case UnsupportedPolicy::host:
      return "host";
  }
  return {};
}

}  // namespace h4h::workloads
