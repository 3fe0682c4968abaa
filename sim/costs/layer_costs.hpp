#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/costs/cost_bounds.hpp"
#include "sim/costs/job_results.hpp"

namespace h4h::sim {

// Answers layer jobs on one hardware. Measured times and energies, where the platform has some,
// replace those of the model here and nowhere else.
class LayerCosts {
 public:
  // With results of its own, or with those of others.
  explicit LayerCosts(const platforms::Hardware& hardware);
  LayerCosts(const platforms::Hardware& hardware, JobResults& results);
  ~LayerCosts();
  LayerCosts(const LayerCosts&) = delete;
  LayerCosts& operator=(const LayerCosts&) = delete;

  // Throws JobFailed, and std::invalid_argument as plan_job.
  const JobResult& cost(const LayerJob& job);
  // What the model says, whether or not the job is measured. Throws as `cost`.
  const JobResult& modelled_cost(const LayerJob& job) { return results_->get(set_for(job), job); }
  // What `cost` returns where that takes no simulation; else nullptr. Never of measured layers.
  const JobResult* known_cost(const LayerJob& job) {
    return measured_ ? nullptr : results_->known(set_for(job), job);
  }
  // Lower bounds of what `cost` returns; nothing where there are measured layers. Takes a plan of
  // each device for its share at the most, and no simulation.
  JobBound bound(const LayerJob& job) { return measured_ ? JobBound{} : bounds_.of(job); }
  // Lets workers begin with it, where there are any.
  void begin(const LayerJob& job) { results_->begin(set_for(job), job); }

  const platforms::Hardware& hardware() const { return hardware_; }
  const models::Devices& devices() const { return devices_; }
  JobResults& results() const { return *results_; }
  // Jobs: simulated for all that share the results, and asked for here.
  std::int64_t simulated() const { return results_->simulated(); }
  std::int64_t asked() const { return asked_; }

 private:
  LayerCosts(const platforms::Hardware& hardware, std::unique_ptr<JobResults> own,
             JobResults* results);
  JobResults::Set& set_for(const LayerJob& job);
  JobResults::Set& used(JobResults::Set& set);

  platforms::Hardware hardware_;
  models::Devices devices_;
  std::unique_ptr<JobResults> own_;
  JobResults* results_;
  // By the devices that matter to a job.
  std::vector<std::pair<platforms::DeviceSet, JobResults::Set*>> sets_;
  platforms::DeviceSet always_;  // devices that matter without a share
  bool measured_;
  CostBounds bounds_;
  std::unordered_map<std::string, JobResult> measured_costs_;
  std::int64_t asked_ = 0;
};

}  // namespace h4h::sim
