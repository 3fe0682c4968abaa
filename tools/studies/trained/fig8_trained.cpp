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
    gains.push_back(same_cost(before[i], after[i]).mean);
  }
  return bootstrap_known(gains);
}

Chart empty_chart(std::uint64_t seed) {
  return {"Test accuracy versus latency, the NPU alone, seed " + std::to_string(seed),
          {"latency, ms", true},
          {"accuracy, %"},
          {}};
}

}  // namespace

Result fig8_trained(const Setup& setup) {
  Trainings& trainings = trainings_of(setup);
  train(trainings);
  Result result;
  add_front_columns(result.table);
  const std::vector<std::uint64_t> seeds = trainings.settings().all_seeds();
  for (const std::uint64_t seed : seeds) result.charts.push_back(empty_chart(seed));
  std::map<std::string, Curves> curves;
  for (const SearchedSupernet& supernet : supernets(trainings.settings())) {
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const TrainingSpec run{supernet.arm, seeds[i]};
      const auto fronts = trained_fronts(setup, run.run(), supernet.space, {kNpu});
      add_front_rows(result.table, run, supernet.space, fronts);
      const FrontCurve curve = fronts.front().curve(sim::Objective::latency);
      result.charts[i].series.push_back(cost_series(supernet.arm, curve));
      curves[supernet.arm].push_back(curve);
    }
  }
  std::vector<double> resnets;
  for (const FrontCurve& curve : curves[kResNet]) resnets.push_back(curve.greatest_accuracy());
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
