#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "workloads/import/nd/nd_tensor.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The --input of the command line fits none of the file's `inputs`, each "'name' is 1x3x224x224".
[[noreturn]] inline void refuse_given_input(const Dims& given,
                                            const std::vector<std::string>& inputs) {
  const std::string file =
      inputs.empty() ? "the file has none" : fmt::format("{}", fmt::join(inputs, ", "));
  throw NetworkError(
      fmt::format("the given input, {}, does not fit: {}", fmt::join(given, "x"), file));
}

}  // namespace h4h::workloads
