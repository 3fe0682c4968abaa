// Speed of whole networks and of the kernel beneath. Never asserted: machines differ.
#include <benchmark/benchmark.h>

#include "platforms/description/loader.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace {

using namespace h4h;

const platforms::Platform& chip() {
  static const platforms::Platform platform =
      platforms::load_platform(std::string(H4H_SOURCE_DIR) + "/platforms/h4h-7nm.yaml");
  return platform;
}

void cold(benchmark::State& state, sim::Strategy strategy) {
  const workloads::Network network = workloads::mobilenet_v2();
  std::int64_t simulated = 0;
  for (auto _ : state) {
    sim::LayerCosts costs(chip().hardware);
    const auto mapping = std::get<sim::Mapping>(sim::map_network(costs, chip(), network, strategy));
    benchmark::DoNotOptimize(sim::simulate_layers(costs, network, mapping));
    simulated = costs.simulated();
  }
  state.counters["layer jobs"] = static_cast<double>(simulated);
}
BENCHMARK_CAPTURE(cold, mobilenet_v2_npu, sim::Strategy::npu)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cold, mobilenet_v2_cim, sim::Strategy::cim)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cold, mobilenet_v2_auto, sim::Strategy::automatic)->Unit(benchmark::kMillisecond);

void warm(benchmark::State& state) {
  const workloads::Network network = workloads::mobilenet_v2();
  sim::LayerCosts costs(chip().hardware);
  const auto mapping =
      std::get<sim::Mapping>(sim::map_network(costs, chip(), network, sim::Strategy::npu));
  for (auto _ : state) benchmark::DoNotOptimize(sim::simulate_layers(costs, network, mapping));
}
BENCHMARK(warm)->Name("warm/mobilenet_v2_npu")->Unit(benchmark::kMicrosecond);

}  // namespace
