#pragma once

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The keyword spotter of MLPerf Tiny (DS-CNN, Zhang et al., 2017): 49 frames of 10 features, 12
// words.
Network ds_cnn_kws();

}  // namespace h4h::workloads
