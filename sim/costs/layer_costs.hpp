#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "sim/job/layer_job.hpp"
#include "sim/session/session.hpp"

namespace h4h::sim {

// Answers layer jobs on one hardware, each distinct job simulated once. Measured times, where the
// platform has some, replace those of the model here and nowhere else.
class LayerCosts {
 public:
  explicit LayerCosts(const platforms::Hardware& hardware) : hardware_(hardware) {}

  const JobResult& cost(const LayerJob& job);

  const platforms::Hardware& hardware() const { return hardware_; }
  std::int64_t simulated() const { return static_cast<std::int64_t>(memo_.size()); }
  std::int64_t asked() const { return asked_; }

 private:
  platforms::Hardware hardware_;
  std::unique_ptr<Session> session_;  // elaborated at the first job
  std::unordered_map<std::string, JobResult> memo_;
  std::int64_t asked_ = 0;
};

}  // namespace h4h::sim
