#pragma once

#include "tools/h4h/run_folder.hpp"
#include "tools/studies/claims.hpp"

namespace h4h::tools {

// Studies on every variant of a plan.
struct ReproduceVariants {
  const std::vector<studies::Study>& studies;             // that claims ask about
  const std::map<std::string, studies::Result>& results;  // on the chip as it is
  const studies::Setup& setup;
  const sim::UncertaintyPlan& plan;
};

// What the plan moves: values of the platform, and of the surrogate where a study asks it.
std::vector<platforms::UncertainParameter> uncertain_parameters_of(
    const std::vector<studies::Study>& studies, const platforms::Platform& platform);

// In the order of the plan. Each variant that is measured is noted in a file of the folder, from
// which the same run resumes after a kill.
std::vector<studies::StudyMeasures> measure_variants(const ReproduceVariants& run,
                                                     const RunFolder& folder);

}  // namespace h4h::tools
