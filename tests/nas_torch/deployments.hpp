#pragma once

#include <string>
#include <vector>

#include "nas/export/deployment.hpp"
#include "nas/space/load.hpp"
#include "tests/nas/all_genes.hpp"
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

// Networks of every block that a space has: with and without transformers, basic blocks, and such
// with every kind of gene.
inline std::vector<workloads::Network> exported_networks() {
  const nas::Space tiny = nas::load_space("h4h-32-tiny"), hybrid = nas::load_space("h4h-32"),
                   resnet = nas::load_space("resnet"),
                   all = nas::testing::space_of(nas::testing::kAllGenes);
  const nas::Genotype smooth = all.parse(
      R"({"resolution":33,"c":{"width":16,"kernel":5,"activation":"hard_swish"},)"
      R"("m1":{"width":16,"depth":2,"expansion":3,"kernel":5,"activation":"relu6","se":true},)"
      R"("v1":{"width":16,"depth":1,"expansion":2,"activation":"relu"},)"
      R"("m2":{"width":24,"depth":2,"expansion":2,"kernel":5,"activation":"hard_swish","se":true},)"
      R"("p":{"width":32,"expansion":2,"activation":"silu"}})");
  nas::Random random(5);
  return {
      tiny.network(tiny.min()),     tiny.network(tiny.max()), hybrid.network(hybrid.sample(random)),
      resnet.network(resnet.min()), all.network(all.max()),   all.network(smooth)};
}

}  // namespace h4h::tests
