#include "tools/h4h/sampling_options.hpp"

#include <fmt/format.h>

namespace h4h::tools {

namespace po = boost::program_options;

void add_sampling_options(po::options_description& options) {
  // clang-format off
  options.add_options()
      ("samples", po::value<std::string>()->default_value("64")->value_name("N"), "of all values that have a range together (Latin hypercube)")
      ("seed", po::value<std::string>()->default_value("1")->value_name("N"), "which samples");
  // clang-format on
}

void add_uncertainty_options(po::options_description& options) {
  options.add_options()(
      "uncertainty", po::bool_switch(),
      "move every value of the platform that has a range over it, each alone and in samples of all "
      "together: intervals, and what moves them");
  add_sampling_options(options);
}

Sampling sampling_of(const Parsed& parsed) {
  return {whole(parsed, "samples", 1, 100'000), whole(parsed, "seed", 0, UINT32_MAX)};
}

std::optional<Sampling> uncertainty_of(const Parsed& parsed, Arguments needing) {
  if (parsed.values["uncertainty"].as<bool>()) return sampling_of(parsed);
  needing.insert(needing.end(), {"samples", "seed"});
  for (const std::string& option : needing) {
    const auto& value = parsed.values[option];
    if (value.empty() || value.defaulted()) continue;
    throw UsageError(fmt::format("--{} needs --uncertainty", option));
  }
  return std::nullopt;
}

}  // namespace h4h::tools
