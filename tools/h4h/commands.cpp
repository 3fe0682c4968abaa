#include "tools/h4h/commands.hpp"

namespace h4h::tools {

Program h4h_program() {
  return {
      "h4h",
      "h4h: a simulator of edge AI chips with an NPU, compute-in-memory macros and a shared NoC",
      {{"simulate", "latency, energy and area of a network on a platform", simulate},
       {"explain", "why a network takes its time, or less on another platform", explain},
       {"scenario", "several networks with rates and deadlines on one chip", scenario},
       {"layers", "cost of single layers, from a CSV file", layers},
       {"sweep", "networks on many variants of a platform", sweep},
       {"compare", "two platforms: ratios of latency, energy and area, with uncertainty", compare},
       {"oracle", "cost of the networks of a search space, as JSON lines", oracle},
       {"platform", "check, show and compare platform files; print their JSON Schema", platform},
       {"network", "list, show, check and export networks", network},
       {"space", "size, extremes and samples of a search space", space},
       {"train", "train a supernet: the shared weights of a search space", train},
       {"search", "Pareto front of accuracy against latency or energy on a platform", search},
       {"export", "a trained network as ONNX or TensorFlow Lite file, in float or int8",
        export_network},
       {"fronts", "compare searches on several platforms", fronts},
       {"reproduce", "figures of the H4H paper, and a verdict on each of its claims", reproduce},
       {"validate", "NPU cycles against Arm's estimators, with acceptance criteria", validate},
       {"cache", "inspect, verify, clear or merge the result cache", cache},
       {"completion", "completion of this command line, for bash or zsh", completion}}};
}

}  // namespace h4h::tools
