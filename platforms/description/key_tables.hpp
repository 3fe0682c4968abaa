#pragma once

#include "platforms/description/keys.hpp"

namespace h4h::platforms {

// The keys of each type of device, and those of the NoC, the memories and the chip as a whole. Each
// table is in the order of keys() within a group ("energy"); `Key::device` is set by keys().
std::vector<Key> npu_keys();
std::vector<Key> cim_keys();
std::vector<Key> chip_keys();

}  // namespace h4h::platforms
