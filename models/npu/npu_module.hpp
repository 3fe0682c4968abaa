#pragma once

#include <deque>
#include <string>
#include <systemc>

#include "models/counts/timeline.hpp"
#include "models/device/device_module.hpp"
#include "models/noc/stream_port.hpp"
#include "models/npu/npu_channels.hpp"
#include "models/npu/npu_timing.hpp"
#include "models/time/picoseconds.hpp"
#include "models/time/token_pool.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// The NPU as processes that hand each other buffers: input and weight loaders, MAC array, output
// stage, output writer; and a DMA engine that copies weights ahead of their use, two slices at a
// time. Its arithmetic is in npu_timing.
class NpuModule : public DeviceModule {
 public:
  NpuModule(sc_core::sc_module_name name, DeviceId id, const platforms::Npu& npu);

  void bind(NocModule& noc, NocModule* weight_port) override;
  void start(const DevicePlan& plan) override;
  Picoseconds busy() const override { return busy_.total(); }  // MAC array or output stage
  std::int64_t prefetched_bytes() const override { return prefetched_bytes_; }
  std::string state() const override;
  void record(Recorder* recorder) override;

 private:
  void load_inputs();
  void load_weights();
  void load_copied();
  void load_scales();
  void fetch_slices();
  void store_slices();
  void multiply();
  void wait_for_output_stage();
  void finish_blocks();
  void write_outputs();
  void work(Lane lane, std::int64_t cycles);
  void wait_until(Picoseconds t);
  void finish_plan();

  StreamPort input_, weights_, scales_, output_;
  // Weights into the activation memory; those, and feature maps in place of weights, out of it.
  StreamPort copy_, copied_;
  Clock clock_;
  NpuChannels channels_;
  // Scales as urgent as the first weights of their block, in place of its last: where nothing but
  // the port bounds those (Ethos-U65), it would leave none of it. Assumption: Arm does not say.
  bool scales_first_;
  std::int64_t lanes_, accumulators_;
  std::size_t ofm_buffers_, weight_memory_;
  const NpuPlan* plan_ = nullptr;
  std::size_t step_ = 0;
  sc_core::sc_event start_;
  std::deque<Picoseconds> blocks_end_;  // of those in the output stage: not before
  TokenPool chunks_free_, chunks_full_, slices_free_, slices_full_;
  TokenPool ifm_free_, ifm_full_, weights_free_, weights_full_;
  TokenPool scales_free_, scales_full_;
  TokenPool accumulators_free_, accumulators_full_, ofm_free_, ofm_full_;
  BusyTime busy_;
  Picoseconds busy_before_;  // the plan
  std::int64_t prefetched_bytes_ = 0;
  Recorder* recorder_ = nullptr;
};

template <>
struct ModuleOf<platforms::Npu> {
  using Type = NpuModule;
};

}  // namespace h4h::models
