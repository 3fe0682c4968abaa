#include "sim/costs/layer_costs.hpp"

#include "sim/costs/measured.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {

LayerCosts::LayerCosts(const platforms::Hardware& hardware, JobResults& results)
    : hardware_(hardware),
      devices_(models::make_devices(hardware)),
      results_(&results),
      npu_alone_(&results.set_of(hardware, false)),
      with_macros_(&results.set_of(hardware, true)),
      measured_(!hardware.npu.measured.empty() || !hardware.cim.measured.empty()) {
  for (JobResults::Set* const set : {npu_alone_, with_macros_}) results.use(*set);
}

LayerCosts::~LayerCosts() {
  for (JobResults::Set* const set : {npu_alone_, with_macros_}) results_->release(*set);
}

LayerCosts::LayerCosts(const platforms::Hardware& hardware)
    : LayerCosts(hardware, *new JobResults) {  // NOLINT: owned in the next line
  own_.reset(results_);
}

JobResults::Set& LayerCosts::set_for(const LayerJob& job) const {
  return job.split.channels(platforms::kCim) == 0 ? *npu_alone_ : *with_macros_;
}

const JobResult& LayerCosts::cost(const LayerJob& job) {
  ++asked_;
  if (!measured_) return results_->get(set_for(job), job);
  const auto [place, is_new] = measured_costs_.try_emplace(encode(job));
  if (is_new) {
    place->second = with_measured_cost(devices_, job, [this](const LayerJob& modelled) {
      return results_->get(set_for(modelled), modelled);
    });
  }
  return place->second;
}

}  // namespace h4h::sim
