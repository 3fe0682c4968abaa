#include "models/systolic/systolic_values.hpp"
#include "platforms/description/key_fields.hpp"
#include "platforms/description/type_entries.hpp"

namespace h4h::platforms {
namespace {

constexpr std::int64_t kMostSide = 1024, kLeastBuffer = 64;

std::vector<Key> systolic_keys(DeviceId device) {
  using D = Dimension;
  const SlotOf<Systolic> slot(device);
  return {
      {"systolic.rows", D::count, "rows of processing elements: output pixels of a fold",
       INTEGER(own.rows, 1, kMostSide), Affects::layers},
      {"systolic.columns", D::count, "columns of processing elements: output channels of a fold",
       INTEGER(own.columns, 1, kMostSide), Affects::layers},
      {"systolic.clock", D::frequency, "clock of the array",
       INTEGER(own.clock_hz, 1'000'000, 10'000'000'000), Affects::layers},
      {"systolic.input_buffer", D::bytes, "inputs: half in use, half being filled",
       INTEGER(own.input_buffer_bytes, kLeastBuffer, kGiB), Affects::layers},
      {"systolic.weight_buffer", D::bytes, "weights: half in use, half being filled",
       INTEGER(own.weight_buffer_bytes, kLeastBuffer, kGiB), Affects::layers},
      {"systolic.output_buffer", D::bytes, "outputs: half being made, half being written",
       INTEGER(own.output_buffer_bytes, kLeastBuffer, kGiB), Affects::layers},
      {"systolic.outstanding", D::count, "outstanding bursts of a stream of the array",
       INTEGER(own.outstanding, 1, 64), Affects::layers},
      {"systolic.drain", D::count,
       "whether outputs leave the array while the next fold comes in, or before it",
       CHOICE(Drain, own.drain), Affects::layers},
      {"systolic.measured", D::count,
       "measured times and energies of layers on the array; of shared ones as smaller layers",
       TableField{MEMBER(hardware.own.measured), MeasuredIn::time}, Affects::network},
      {"energy.systolic_mac", D::energy, "one multiply-accumulate of the array",
       REAL(energy.npu_mac, 0, 1e-6), Affects::energy_and_area},
      {"energy.systolic_cycle", D::energy, "one cycle in which the array works, whatever its size",
       REAL(energy.npu_cycle, 0, 1e-6), Affects::energy_and_area},
      {"energy.systolic_lane_cycle", D::energy,
       "the same cycle of each processing element, on top of the fixed part",
       REAL(energy.npu_lane_cycle, 0, 1e-6), Affects::energy_and_area},
      {"area.systolic", D::area, "the array with its buffers", OPTIONAL(area.npu, 0, 1e6),
       Affects::energy_and_area},
  };
}

}  // namespace

std::string_view to_string(Drain drain) {
  return drain == Drain::overlapped ? "overlapped" : "exposed";
}

TypeEntry systolic_type() { return {"systolic", {"systolic-array"}, systolic_keys}; }

}  // namespace h4h::platforms
