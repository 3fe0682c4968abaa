#pragma once

#include <string>
#include <systemc>

#include "models/counts/timeline.hpp"
#include "models/device/device_module.hpp"
#include "models/noc/stream_port.hpp"
#include "models/systolic/systolic_timing.hpp"
#include "models/time/picoseconds.hpp"
#include "models/time/token_pool.hpp"

namespace h4h::models {

// A systolic array: inputs and weights of a step stream into one half of their buffers while the
// array works on the other, outputs stream out behind it. Its arithmetic is in systolic_timing.
class SystolicModule : public DeviceModule {
 public:
  SystolicModule(sc_core::sc_module_name name, DeviceId id, const platforms::Systolic& array);

  void bind(NocModule& noc, NocModule* weight_port) override;
  void start(const DevicePlan& plan) override;
  Picoseconds busy() const override { return busy_; }
  std::string state() const override;
  void record(Recorder* recorder) override;

 private:
  void load_inputs();
  void load_weights();
  void compute();
  void write_outputs();

  StreamPort input_, weights_, output_;
  Clock clock_;
  std::int64_t elements_;  // of the array
  std::size_t weight_memory_ = kWeightsOnNoc;
  const SystolicPlan* plan_ = nullptr;
  std::size_t step_ = 0;
  sc_core::sc_event start_;
  TokenPool input_free_, input_full_, weights_free_, weights_full_, output_free_, output_full_;
  Picoseconds busy_;
  Recorder* recorder_ = nullptr;
};

template <>
struct ModuleOf<platforms::Systolic> {
  using Type = SystolicModule;
};

}  // namespace h4h::models
