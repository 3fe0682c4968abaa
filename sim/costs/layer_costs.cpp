#include "sim/costs/layer_costs.hpp"

#include <algorithm>

#include "sim/costs/measured.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

bool any_measured(const models::Devices& devices) {
  return std::any_of(devices.begin(), devices.end(), [](const auto& device) {
    return platforms::has_measured(device->description());
  });
}

platforms::DeviceSet devices_that_always_matter(const models::Devices& devices) {
  platforms::DeviceSet set;
  for (DeviceId id = 0; id < devices.size(); ++id) {
    if (devices[id]->matters_without_share()) set.insert(id);
  }
  return set;
}

}  // namespace

LayerCosts::LayerCosts(const platforms::Hardware& hardware, std::unique_ptr<JobResults> own,
                       JobResults* results)
    : hardware_(hardware),
      devices_(models::make_devices(hardware)),
      own_(std::move(own)),
      results_(own_ ? own_.get() : results),
      always_(devices_that_always_matter(devices_)),
      measured_(any_measured(devices_)),
      bounds_(hardware_, devices_) {}

LayerCosts::LayerCosts(const platforms::Hardware& hardware, JobResults& results)
    : LayerCosts(hardware, nullptr, &results) {}

LayerCosts::LayerCosts(const platforms::Hardware& hardware)
    : LayerCosts(hardware, std::make_unique<JobResults>(), nullptr) {}

LayerCosts::~LayerCosts() {
  for (const auto& [matter, set] : sets_) results_->release(*set);
}

JobResults::Set& LayerCosts::used(JobResults::Set& set) {
  results_->use(set);
  return set;
}

JobResults::Set& LayerCosts::set_for(const LayerJob& job) {
  platforms::DeviceSet matter = always_;
  for (DeviceId id = 0; id < devices_.size(); ++id) {
    if (job.split.channels(id) > 0) matter.insert(id);
  }
  for (const auto& [known, set] : sets_) {
    if (known == matter) return *set;
  }
  JobResults::Set& set = used(results_->set_of(hardware_, matter));
  sets_.emplace_back(matter, &set);
  return set;
}

const JobResult& LayerCosts::cost(const LayerJob& job) {
  ++asked_;
  if (!measured_) return modelled_cost(job);
  const auto [place, is_new] = measured_costs_.try_emplace(encode(job));
  if (is_new) {
    place->second = with_measured_cost(
        devices_, job, [this](const LayerJob& modelled) { return modelled_cost(modelled); });
  }
  return place->second;
}

}  // namespace h4h::sim
