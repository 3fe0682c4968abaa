#pragma once

#include "sim/mapping/goal.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

// --objective: what automatic mappings minimise.
void add_objective_option(boost::program_options::options_description& options);
sim::Objective objective_of(const Parsed& parsed);  // throws UsageError

}  // namespace h4h::tools
