#pragma once

#include <memory>
#include <string>
#include <systemc>

#include "models/counts/counts.hpp"
#include "models/counts/timeline.hpp"
#include "models/device/device.hpp"
#include "models/noc/noc_module.hpp"

namespace h4h::models {

// A device in a SystemC kernel. It runs one plan at a time.
class DeviceModule : public sc_core::sc_module {
 public:
  DeviceModule(sc_core::sc_module_name name, DeviceId id) : sc_module(name), id_(id) {}

  // Binds its ports to the NoC, and to the weight port of the chip where its weights have one;
  // nullptr where none have.
  virtual void bind(NocModule& noc, NocModule* weight_port) = 0;

  // Runs `plan`, of this device and outliving the run; done() is notified after its last byte is
  // written. Throws std::bad_variant_access for a plan of another type of device.
  virtual void start(const DevicePlan& plan) = 0;
  bool working() const { return working_; }
  const sc_core::sc_event& done() const { return done_; }

  // Since elaboration: its events, and time in which it computes.
  const Counts& counts() const { return counts_; }
  virtual Picoseconds busy() const = 0;
  // The same of weight bytes that came before their layer, which `counts` holds too.
  virtual std::int64_t prefetched_bytes() const { return 0; }

  // Macros with work in the plan that it runs.
  virtual std::int64_t macros_busy() const { return 0; }
  virtual std::string state() const = 0;  // "npu: idle"
  virtual void record(Recorder* recorder) = 0;

 protected:
  DeviceId id() const { return id_; }
  void begin_work() { working_ = true; }
  void end_work() {
    working_ = false;
    done_.notify(sc_core::SC_ZERO_TIME);
  }

  Counts counts_;

 private:
  DeviceId id_;
  bool working_ = false;
  sc_core::sc_event done_;
};

// The class of the modules of devices with these values, as its member Type; every type says so
// beside its class. A `Type` is made from a name, a DeviceId and its values.
template <typename Values>
struct ModuleOf;

// The module that runs the plans of `device`, to be bound before elaboration ends.
std::unique_ptr<DeviceModule> make_module(const Device& device, DeviceId id);

}  // namespace h4h::models
