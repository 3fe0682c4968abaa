#pragma once

#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/device/device_module.hpp"
#include "models/memory/memory_module.hpp"
#include "models/noc/noc_module.hpp"
#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// Any number of devices and the memories of a platform on their links, and a sequencer that runs
// layers one after another: all devices are done with a layer before the next starts.
class Chip : public sc_core::sc_module {
 public:
  // The link and the memories of `hardware`, and `devices` in place of its own.
  Chip(sc_core::sc_module_name name, const platforms::Hardware& hardware,
       const models::Devices& devices);

  // Queues the plans, which must outlive the run, and lets the sequencer go; results follow as the
  // kernel runs.
  void start(const std::vector<Plans>& plans);
  // Ends every process, wherever it waits, as the kernel proceeds.
  void stop();
  const std::vector<JobResult>& results() const { return results_; }
  std::string state() const;
  void record(models::Recorder* recorder);

 private:
  void run();
  void end_processes();
  JobResult run_layer(const Plans& plans);
  void bind_devices(const models::Devices& devices, const platforms::Hardware& hardware);
  void start_devices(const Plans& plans);
  bool working() const;
  JobResult totals() const;

  models::NocModule noc_;
  std::unique_ptr<models::NocModule> weight_port_;  // where weights have a port of their own
  models::MemoryModule sram_, weight_memory_, external_;
  std::vector<std::unique_ptr<models::DeviceModule>> devices_;  // by DeviceId
  std::vector<bool> has_weight_port_;                           // by DeviceId
  sc_core::sc_event start_, stop_;
  sc_core::sc_event_or_list any_done_;  // of the devices
  const std::vector<Plans>* plans_ = nullptr;
  std::vector<JobResult> results_;
  models::Recorder* recorder_ = nullptr;
};

}  // namespace h4h::sim
