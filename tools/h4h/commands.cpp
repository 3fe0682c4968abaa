#include "tools/h4h/commands.hpp"

namespace h4h::tools {

Program h4h_program() {
  return {
      "h4h",
      "h4h: a simulator of edge AI chips with an NPU, compute-in-memory macros and a shared NoC",
      {{"simulate", "latency, energy and area of a network on a platform", simulate},
       {"layers", "costs of single layers from a CSV file", layers},
       {"sweep", "networks on many variants of a platform", sweep},
       {"compare", "two platforms: which is better, by how much, and how sure that is", compare},
       {"oracle", "costs of networks of a space, asked and answered as JSON lines", oracle},
       {"platform", "check, show and compare platform files; their schema", platform},
       {"network", "list, show, check and export networks", network},
       {"space", "the networks of a search space: how many, the extremes, samples", space},
       {"train", "a supernet: the weights of every network of a space", train},
       {"search", "the most accurate networks of a space at every cost on a platform", search},
       {"fronts", "searches on several platforms beside each other", fronts},
       {"reproduce", "figures of the H4H paper, and what became of its claims", reproduce},
       {"validate", "the NPU against figures of Arm's, with bounds", validate},
       {"cache", "results of layers that are kept: how many, right or not, away with them",
        cache}}};
}

}  // namespace h4h::tools
