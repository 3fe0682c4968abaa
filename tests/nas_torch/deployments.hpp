#pragma once

#include <string>
#include <vector>

#include "nas/export/deployment.hpp"
#include "nas/space/load.hpp"
#include "tests/nas_torch/nets.hpp"

namespace h4h::tests {

// A network with weights that are all other than at their start, and what is exported of it.
struct Deployed {
  workloads::Network network;
  nas::Supernet supernet;
  std::vector<torch::Tensor> calibration;
  nas::Deployment deployment;
};

inline Deployed deployed(const workloads::Network& network) {
  nas::Supernet supernet(network, 3);
  std::uint64_t seed = 0;
  for (auto& [name, parameter] : supernet.parameters()) {
    const torch::Tensor noise =
        torch::rand(parameter.value.sizes(), at::detail::createCPUGenerator(++seed));
    parameter.value = parameter.value * (0.8 + 0.4 * noise) + 0.02 * (noise - 0.4);
  }
  const std::int64_t side = network.tensors.at(network.inputs.at(0)).shape.height;
  Deployed made{network, supernet, {random_images(8, side, 1), random_images(8, side, 2)}, {}};
  made.deployment = nas::deploy(network, made.supernet, made.calibration);
  return made;
}

// Networks of every block that a space has: with and without transformers, and basic blocks.
inline std::vector<workloads::Network> exported_networks() {
  const nas::Space tiny = nas::load_space("h4h-32-tiny"), hybrid = nas::load_space("h4h-32"),
                   resnet = nas::load_space("resnet");
  nas::Random random(5);
  return {tiny.network(tiny.min()), tiny.network(tiny.max()), hybrid.network(hybrid.sample(random)),
          resnet.network(resnet.min())};
}

}  // namespace h4h::tests
