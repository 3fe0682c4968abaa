#pragma once

#include "nas/train/accuracy.hpp"

namespace h4h::nas {

// Accuracy of candidates as they are exported in 8-bit integers (deployment.hpp).
class Int8Accuracy : public SupernetAccuracy {
 public:
  using SupernetAccuracy::SupernetAccuracy;

 private:
  std::vector<bool> measure(const workloads::Network& network) const override;
};

}  // namespace h4h::nas
