#include "tools/h4h/objective_option.hpp"

namespace h4h::tools {

namespace po = boost::program_options;

void add_objective_option(po::options_description& options) {
  options.add_options()("objective",
                        po::value<std::string>()->default_value("latency")->value_name("WHAT"),
                        "what mappings minimise: latency, energy, or edp, their product");
}

sim::Objective objective_of(const Parsed& parsed) {
  return enum_of<sim::Objective>("objective", required(parsed, "objective"));
}

}  // namespace h4h::tools
