#pragma once

#include <boost/program_options.hpp>
#include <optional>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// How the values that a platform leaves open are moved over their ranges.
struct Sampling {
  std::size_t samples = 0;
  std::uint64_t seed = 0;
};

// --samples and --seed; and --uncertainty, where a command does without, too.
void add_sampling_options(boost::program_options::options_description& options);
void add_uncertainty_options(boost::program_options::options_description& options);

// Throws UsageError.
Sampling sampling_of(const Parsed& parsed);
// nullopt without --uncertainty, which options of sampling and those in `needing` need. Throws
// UsageError.
std::optional<Sampling> uncertainty_of(const Parsed& parsed, Arguments needing = {});

}  // namespace h4h::tools
