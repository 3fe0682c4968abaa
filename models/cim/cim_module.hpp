#pragma once

#include <string>
#include <systemc>

#include "models/cim/cim_timing.hpp"
#include "models/counts/timeline.hpp"
#include "models/device/device_module.hpp"
#include "models/noc/stream_port.hpp"
#include "models/time/token_pool.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// All macros of one device. They work in lockstep, tile by tile: inputs stream into one half of the
// buffer while the macros compute on the other, outputs stream out behind them. Assumption: the H4H
// paper streams the input feature map, but says no more.
class CimModule : public DeviceModule {
 public:
  CimModule(sc_core::sc_module_name name, DeviceId id, const platforms::Cim& cim);

  void bind(NocModule& noc, NocModule* weight_port) override;
  void start(const DevicePlan& plan) override;
  Picoseconds busy() const override { return busy_; }
  std::int64_t macros_busy() const override { return working() ? plan_->macros_busy : 0; }
  std::string state() const override;
  void record(Recorder* recorder) override;

 private:
  void load_inputs();
  void compute();
  void write_outputs();

  StreamPort input_, output_;
  platforms::Cim cim_;
  const CimPlan* plan_ = nullptr;
  std::size_t tile_ = 0;
  sc_core::sc_event start_;
  TokenPool input_free_, input_full_, output_free_, output_full_;
  Picoseconds busy_;
  Recorder* recorder_ = nullptr;
};

template <>
struct ModuleOf<platforms::Cim> {
  using Type = CimModule;
};

}  // namespace h4h::models
