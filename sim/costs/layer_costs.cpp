#include "sim/costs/layer_costs.hpp"

#include "sim/costs/measured.hpp"

namespace h4h::sim {

const JobResult& LayerCosts::cost(const LayerJob& job) {
  ++asked_;
  const std::string key = canonical_text(job);
  const auto found = memo_.find(key);
  if (found != memo_.end()) return found->second;
  if (!session_) session_ = std::make_unique<Session>(hardware_);
  const JobResult result = with_measured_time(hardware_, job, session_->run(job));
  return memo_.emplace(key, result).first->second;
}

}  // namespace h4h::sim
