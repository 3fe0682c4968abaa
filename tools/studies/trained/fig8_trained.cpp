#include <cmath>

#include "nas/space/load.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/searches.hpp"

// Figure 8 and section 6.1 of the paper with trained supernets: ResNet, IRB and hybrid networks,
// searched for the NPU alone. The CNN-only supernet is searched in the networks that it trains.

namespace h4h::studies {
namespace {

constexpr const char kResNet[] = "resnet", kIrb[] = "irb";
const SearchedChip kNpu{0, 1, "enforce"};

// A trained supernet and the networks of it that are searched.
struct SearchedSupernet {
  std::string arm;
  nas::Space space;
};

std::vector<SearchedSupernet> supernets(const TrainedSettings& settings) {
  const nas::Space hybrid = nas::load_space(settings.space);
  return {{kResNet, nas::load_space(settings.resnet)},
          {kIrb, nas::load_space(settings.irb)},
          {kCnnOnly, without_transformers(hybrid)},
          {kVanilla, hybrid},
          {kFreeze, hybrid}};
}

void train(Trainings& trainings) {
  const TrainedSettings& settings = trainings.settings();
  std::vector<TrainingSpec> others;
  for (const std::uint64_t seed : settings.all_seeds()) {
    others.push_back({kResNet, seed, settings.resnet, "vanilla", settings.steps});
    others.push_back({kIrb, seed, settings.irb, "vanilla", settings.steps});
  }
  trainings.train(others);
  train_arms(trainings, {kCnnOnly, kVanilla, kFreeze});
}

// By seed, in order.
using Curves = std::vector<FrontCurve>;

// The mean gain in accuracy at equal latency over seeds; seeds whose fronts do not meet tell
// nothing.
Interval gain(const Curves& before, const Curves& after) {
  std::vector<double> gains;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double mean = same_cost(before[i], after[i]).mean;
    if (!std::isnan(mean)) gains.push_back(mean);
  }
  const double none = std::nan("");
  return gains.empty() ? Interval{none, none, none, 0} : bootstrap_mean(gains);
}

}  // namespace

Result fig8_trained(const Setup& setup) {
  Trainings& trainings = trainings_of(setup);
  train(trainings);
  Result result;
  add_front_columns(result.table);
  Chart chart{
      "Test accuracy versus latency, the NPU alone", {"latency, ms", true}, {"accuracy, %"}, {}};
  std::map<std::string, Curves> curves;
  std::vector<double> resnets;
  for (const SearchedSupernet& supernet : supernets(trainings.settings())) {
    for (const std::uint64_t seed : trainings.settings().all_seeds()) {
      const TrainingSpec run{supernet.arm, seed};
      const auto fronts = trained_fronts(setup, run.run(), supernet.space, {kNpu});
      add_front_rows(result.table, run, supernet.space, fronts);
      const FrontCurve curve = fronts.front().curve(sim::Objective::latency);
      chart.series.push_back(latency_series(run.run(), curve));
      if (supernet.arm == kResNet) resnets.push_back(curve.greatest_accuracy());
      curves[supernet.arm].push_back(curve);
    }
  }
  result.charts.push_back(std::move(chart));
  const auto compare = [&](const char* after, const char* before) {
    set_measure(result, measure_name(after) + "_over_" + measure_name(before),
                gain(curves[before], curves[after]));
  };
  compare(kIrb, kResNet);
  compare(kFreeze, kIrb);
  compare(kVanilla, kIrb);
  compare(kFreeze, kCnnOnly);
  compare(kFreeze, kVanilla);
  set_measure(result, "resnet_greatest_accuracy", bootstrap_mean(resnets));
  return result;
}

}  // namespace h4h::studies
