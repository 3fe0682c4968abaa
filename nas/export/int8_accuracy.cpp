#include "nas/export/int8_accuracy.hpp"

#include "nas/export/deployment.hpp"

namespace h4h::nas {

std::vector<bool> Int8Accuracy::measure(const workloads::Network& network) const {
  const Deployment made = deploy(network, supernet(), images().calibration);
  return classified_right(made, Precision::int8, images().held_out);
}

}  // namespace h4h::nas
