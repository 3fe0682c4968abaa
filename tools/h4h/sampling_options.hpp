#pragma once

#include <optional>

#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {

// How uncertain parameters, the platform values that have a range, are sampled.
struct Sampling {
  std::size_t samples = 0;
  std::uint64_t seed = 0;
};

// --samples and --seed; and --uncertainty, for commands that also run without it.
void add_sampling_options(Options& options);
void add_uncertainty_options(Options& options);

// Throws UsageError.
Sampling sampling_of(const Parsed& parsed);
// nullopt without --uncertainty. Throws UsageError for --samples or --seed without it.
std::optional<Sampling> uncertainty_of(const Parsed& parsed);

}  // namespace h4h::tools
