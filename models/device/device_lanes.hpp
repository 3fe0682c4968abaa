#pragma once

#include <string_view>
#include <vector>

#include "models/counts/counts.hpp"
#include "models/counts/timeline.hpp"

namespace h4h::models {

// The lanes of a type of device (models/counts/timeline.hpp): a type may use those of another.
struct DeviceLanes {
  std::string_view prefix;  // of the names of all but tenures: "npu_"
  std::vector<Lane> own;    // computing, streams and tenures, in the order of traces
  Lane spill_read, spill_write;
  std::vector<Lane> feature_maps;  // streams of these over the NoC, spilled ones too
  std::vector<Lane> weights;       // streams of these, over the NoC or a port of their own
  Event mac;
};
const DeviceLanes& lanes_of(platforms::DeviceType type);

}  // namespace h4h::models
