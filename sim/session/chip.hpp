#pragma once

#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/cim/cim_module.hpp"
#include "models/memory/memory_module.hpp"
#include "models/noc/noc_module.hpp"
#include "models/npu/npu_module.hpp"
#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// The parts of a platform on their links, and a sequencer that runs layers one after another:
// both sides of a layer are done before the next starts.
class Chip : public sc_core::sc_module {
 public:
  Chip(sc_core::sc_module_name name, const platforms::Hardware& hardware);

  // Queues the plans and lets the sequencer go; results follow as the kernel runs.
  void start(const std::vector<Plans>& plans);
  // Ends every process, wherever it waits, as the kernel goes on.
  void stop();
  const std::vector<JobResult>& results() const { return results_; }
  std::string state() const;
  void record(models::Timeline* timeline);

 private:
  void run();
  void end_processes();
  JobResult run_layer(const Plans& plans);
  JobResult totals() const;

  models::Clock clock_;
  std::int64_t npu_lanes_;
  models::NocModule noc_;
  std::unique_ptr<models::NocModule> weight_port_;  // where weights have a port of their own
  models::MemoryModule sram_, weight_memory_, external_;
  models::NpuModule npu_;
  models::CimModule cim_;
  std::int64_t npu_macs_ = 0;
  sc_core::sc_event start_, stop_;
  const std::vector<Plans>* plans_ = nullptr;
  std::vector<JobResult> results_;
  models::Timeline* timeline_ = nullptr;
};

}  // namespace h4h::sim
