#pragma once

#include "platforms/description/keys.hpp"

namespace h4h::platforms {

// The keys of each type of device, and those of the NoC, the memories and the chip as a whole. Each
// table is in the order of keys() within a group ("energy"). `device`: whose values the keys set.
// Whoever asks sets `Key::device`, and the paths of a device of the list.
std::vector<Key> npu_keys(DeviceId device);
std::vector<Key> cim_keys(DeviceId device);
std::vector<Key> chip_keys();

}  // namespace h4h::platforms
