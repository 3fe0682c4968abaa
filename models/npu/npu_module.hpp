#pragma once

#include <deque>
#include <string>
#include <systemc>

#include "models/counts/timeline.hpp"
#include "models/noc/stream_port.hpp"
#include "models/npu/npu_timing.hpp"
#include "models/time/picoseconds.hpp"
#include "models/time/token_pool.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// The NPU as processes that hand each other buffers: input and weight loaders, MAC array, output
// stage, output writer; and a DMA engine that copies weights ahead of their use, two slices at a
// time. Its arithmetic is in npu_timing.
class NpuModule : public sc_core::sc_module {
 public:
  NpuModule(sc_core::sc_module_name name, const platforms::Npu& npu);

  // Runs `plan`, which must outlive it; done() is notified after its last byte is written.
  void start(const NpuPlan& plan);
  bool working() const { return working_; }
  const sc_core::sc_event& done() const { return done_; }

  Picoseconds busy() const { return busy_.total(); }
  std::string state() const;
  void record(Timeline* timeline);

  StreamPort input, weights, output;
  // Weights into the activation memory; those, and feature maps in place of weights, out of it.
  StreamPort copy, copied;

 private:
  void load_inputs();
  void load_weights();
  void load_copied();
  void fetch_slices();
  void store_slices();
  void multiply();
  void wait_for_output_stage();
  void finish_blocks();
  void write_outputs();
  void work(Lane lane, std::int64_t cycles);
  void wait_until(Picoseconds t);

  Clock clock_;
  std::int64_t accumulators_;
  std::size_t ofm_buffers_, weight_memory_;
  const NpuPlan* plan_ = nullptr;
  bool working_ = false;
  std::size_t step_ = 0;
  sc_core::sc_event start_, done_;
  std::deque<Picoseconds> blocks_end_;  // of those in the output stage: not before
  TokenPool chunks_free_, chunks_full_, slices_free_, slices_full_;
  TokenPool ifm_free_, ifm_full_, weights_free_, weights_full_;
  TokenPool accumulators_free_, accumulators_full_, ofm_free_, ofm_full_;
  BusyTime busy_;
  Timeline* timeline_ = nullptr;
};

}  // namespace h4h::models
