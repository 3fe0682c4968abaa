#pragma once

#include <string>
#include <systemc>

#include "models/cim/cim_timing.hpp"
#include "models/counts/counts.hpp"
#include "models/counts/timeline.hpp"
#include "models/noc/stream_port.hpp"
#include "models/time/token_pool.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// All macros of the chip. They work in lockstep, tile by tile: inputs stream into one half of the
// buffer while the macros compute on the other, outputs stream out behind them.
class CimModule : public sc_core::sc_module {
 public:
  CimModule(sc_core::sc_module_name name, const platforms::Cim& cim);

  // Runs `plan`, which must outlive it; done() is notified after its last byte is written.
  void start(const CimPlan& plan);
  bool working() const { return working_; }
  const sc_core::sc_event& done() const { return done_; }

  const Counts& counts() const { return counts_; }
  Picoseconds busy() const { return busy_; }
  std::string state() const;
  void record(Timeline* timeline);

  StreamPort input, output;

 private:
  void load_inputs();
  void compute();
  void write_outputs();

  platforms::Cim cim_;
  const CimPlan* plan_ = nullptr;
  bool working_ = false;
  std::size_t tile_ = 0;
  sc_core::sc_event start_, done_;
  TokenPool input_free_, input_full_, output_free_, output_full_;
  Counts counts_;
  Picoseconds busy_;
  Timeline* timeline_ = nullptr;
};

}  // namespace h4h::models
