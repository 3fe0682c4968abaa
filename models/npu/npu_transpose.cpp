#include "models/npu/npu_transpose.hpp"

#include <algorithm>
#include <variant>

#include "models/npu/npu_passes.hpp"

namespace h4h::models {
namespace {

// Bytes written together (Vela 5.1.0): rows of pixels that a group of 16 channels holds whole, else
// 16 channels of a pixel.
std::int64_t written_run(const workloads::Shape& map, Layout layout) {
  if (layout == Layout::nhcwb16) return kNhcwb16Channels * map.width;
  return map.channels <= kNhcwb16Channels ? map.width * map.channels : kNhcwb16Channels;
}

}  // namespace

std::int64_t transpose_passes(const workloads::Transpose& op) {
  std::size_t stays = 0;
  for (std::size_t i = 0; i < op.order.size(); ++i) {
    if (op.order[i] == workloads::kAxes[i]) ++stays;
  }
  return stays > 0 ? 1 : 2;
}

NpuPlan plan_transpose(const workloads::LayerShape& layer, Layout input, Layout output) {
  const std::int64_t read = stored_bytes(layer.input(), input);
  const std::int64_t written = stored_bytes(layer.output, output);
  const std::int64_t elements = layer.output.elements();
  std::vector<MapPass> passes{{elements, read, written}};
  if (transpose_passes(std::get<workloads::Transpose>(layer.op)) == 2) {
    passes.push_back({elements, written, written});
  }
  NpuPlan plan;
  append_passes(plan, passes);
  plan.output_run = written_run(layer.output, output);
  return plan;
}

}  // namespace h4h::models
