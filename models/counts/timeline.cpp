#include "models/counts/timeline.hpp"

#include <cstdlib>

namespace h4h::models {

std::string_view to_string(Lane lane) {
  switch (lane) {
    case Lane::npu_mac:
      return "npu_mac";
    case Lane::npu_output:
      return "npu_output";
    case Lane::npu_dma_input:
      return "npu_dma_input";
    case Lane::npu_dma_weights:
      return "npu_dma_weights";
    case Lane::npu_dma_copy:
      return "npu_dma_copy";
    case Lane::npu_dma_copied:
      return "npu_dma_copied";
    case Lane::npu_dma_output:
      return "npu_dma_output";
    case Lane::cim_compute:
      return "cim_compute";
    case Lane::cim_dma_input:
      return "cim_dma_input";
    case Lane::cim_dma_output:
      return "cim_dma_output";
    case Lane::noc_tenure:
      return "noc_tenure";
    case Lane::npu_spill_read:
      return "npu_spill_read";
    case Lane::npu_spill_write:
      return "npu_spill_write";
    case Lane::cim_spill_read:
      return "cim_spill_read";
    case Lane::cim_spill_write:
      return "cim_spill_write";
  }
  std::abort();
}

void Timeline::replay(Recorder& recorder) const {
  auto next = intervals_.begin();
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    recorder.begin_layer(layers_[i].begin, layers_[i].macros_busy);
    for (; next != intervals_.end() && next->layer == i; ++next) {
      recorder.record(next->device, next->lane, next->begin, next->end, next->bytes);
    }
    recorder.end_layer(layers_[i].end);
  }
}

}  // namespace h4h::models
