#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

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

// How a file of a network is read.
struct ImportOptions {
  UnsupportedPolicy unsupported = UnsupportedPolicy::refuse;
  // The shape of the input in the file's axis order, for a file that leaves some of its axes open;
  // none: the file's own. A file of another rank, or that states other sizes, is refused.
  std::optional<std::vector<std::int64_t>> input{};
};

}  // namespace h4h::workloads
