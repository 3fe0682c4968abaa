#pragma once

#include <vector>

#include "nas/accuracy/precision.hpp"
#include "nas/export/quantization.hpp"
#include "nas/train/accuracy.hpp"

namespace h4h::nas {

// A network of a trained supernet, ready for inference in float and in 8-bit integers.
struct Deployment {
  Graph graph;
  std::vector<Affine> values;  // of the graph: its integers
};

// Batch norms have the statistics, and values the ranges, that `calibration` (training images)
// gives them.
Deployment deploy(const workloads::Network& network, const Supernet& supernet,
                  const Batches<torch::Tensor>& calibration);

// Of each image, in order, whether it is classified right.
std::vector<bool> classified_right(const Deployment& deployment, Precision precision,
                                   const Batches<Labelled>& images);

}  // namespace h4h::nas
