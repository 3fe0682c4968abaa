#include "tools/h4h/sampling_options.hpp"

#include <fmt/format.h>

namespace h4h::tools {

namespace po = boost::program_options;

void add_sampling_options(Options& options) {
  options.add_options()("samples", po::value<std::string>()->default_value("64")->value_name("N"),
                        "number of Latin-hypercube samples over the uncertain parameters");
  add_seed_option(options);
}

void add_uncertainty_options(Options& options) {
  options.add_options()(
      "uncertainty", po::bool_switch(),
      "vary every uncertain parameter (platform value with a range), one at a time and jointly in "
      "samples; adds intervals and sensitivities to the results");
  add_sampling_options(options);
}

Sampling sampling_of(const Parsed& parsed) {
  return {whole(parsed, "samples", 1, 100'000), seed_of(parsed, UINT32_MAX)};
}

std::optional<Sampling> uncertainty_of(const Parsed& parsed) {
  if (parsed.values["uncertainty"].as<bool>()) return sampling_of(parsed);
  for (const char* const option : {"samples", "seed"}) {
    if (given(parsed, option)) throw UsageError(fmt::format("--{} needs --uncertainty", option));
  }
  return std::nullopt;
}

}  // namespace h4h::tools
