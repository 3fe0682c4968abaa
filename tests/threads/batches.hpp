#pragma once

#include "nas/data/loader.hpp"

namespace h4h::nas {

inline bool same(const Batch& a, const Batch& b) {
  return a.count == b.count && a.images == b.images && a.labels == b.labels;
}

}  // namespace h4h::nas
