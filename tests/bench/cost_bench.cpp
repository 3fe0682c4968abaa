// Candidates a second from a compiled cost table. Never asserted: machines differ.
#include <benchmark/benchmark.h>

#include "nas/cost/cost_table.hpp"
#include "nas/space/load.hpp"
#include "platforms/description/loader.hpp"

namespace {

using namespace h4h;

const std::string kSource = H4H_SOURCE_DIR;

std::vector<nas::Genotype> samples(const nas::Space& space, int count) {
  nas::Random random(1);
  std::vector<nas::Genotype> genotypes;
  for (int i = 0; i < count; ++i) genotypes.push_back(space.sample(random));
  return genotypes;
}

// Genotypes of Table 1, all asked for once before.
void candidates(benchmark::State& state, const std::vector<std::string>& settings) {
  static const nas::Space space = nas::load_space(kSource + "/nas/spaces/h4h-imagenet.yaml");
  static sim::JobResults results;  // simulated once, however often the benchmark starts
  const platforms::Platform platform =
      platforms::load_platform(kSource + "/platforms/h4h-7nm.yaml", settings);
  nas::CostTable table(space, platform, sim::Objective::latency, results);
  const std::vector<nas::Genotype> genotypes = samples(space, 3000);
  table.evaluate(genotypes);
  for (auto _ : state) benchmark::DoNotOptimize(table.evaluate(genotypes));
  state.counters["candidates/s"] = benchmark::Counter(
      static_cast<double>(genotypes.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(candidates, capacity_ignored, std::vector<std::string>{"cim.capacity=ignore"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(candidates, capacity_does_not_bind, std::vector<std::string>{"cim.macros=64"})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(candidates, capacity_may_bind, std::vector<std::string>{})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(candidates, capacity_binds, std::vector<std::string>{"cim.macros=1"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
