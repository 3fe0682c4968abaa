#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "nas/space/load.hpp"
#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/searches.hpp"
#include "tools/studies/transformers.hpp"

// Figure 9 of the paper with trained supernets: transformer layers for every ten IRB layers, of the
// networks that searches for 0, 1, 4 and 8 macros find, against networks drawn at random. And
// figure 7 on the same fronts: what macros save at equal accuracy.

namespace h4h::studies {
namespace {

constexpr std::size_t kRandom = 1000;

const std::vector<SearchedChip> kChips{
    {0, 1, "enforce"}, {1, 1, "enforce"}, {4, 1, "enforce"}, {8, 1, "enforce"}};

// Transformers for ten IRB layers, the mean of the networks.
double mean_ratio(const nas::Space& space, const std::vector<nas::Genotype>& networks) {
  double sum = 0;
  for (const nas::Genotype& g : networks) sum += nas::block_counts(space, g).vit_per_ten();
  return sum / static_cast<double>(networks.size());
}

std::vector<nas::Genotype> random_networks(const nas::Space& space) {
  nas::Random random(0);
  std::vector<nas::Genotype> networks;
  while (networks.size() < kRandom) networks.push_back(space.canonical(space.sample(random)));
  return networks;
}

// Of each network its layers of both kinds, once.
std::vector<std::pair<double, double>> layers_of(const nas::Space& space,
                                                 const std::vector<nas::Genotype>& networks) {
  std::set<std::pair<double, double>> all;
  for (const nas::Genotype& g : networks) {
    const nas::BlockCounts counts = nas::block_counts(space, g);
    all.emplace(counts.mbconv, counts.vit);
  }
  return {all.begin(), all.end()};
}

// `most` IRB layers at a proportion of transformers for ten.
Series proportion(double vit_per_ten, double most) {
  return {fmt::format("{} for 10", vit_per_ten), {{0, 0}, {most, vit_per_ten * most / 10}}};
}

Chart layers_chart(const nas::Space& space, const std::vector<nas::Genotype>& drawn,
                   const std::vector<nas::Genotype>& found) {
  Chart chart{
      "Layers of networks on all fronts, and of random networks",
      {"IRB layers"},
      {"transformer layers"},
      {{"random", layers_of(space, drawn), false}, {"on fronts", layers_of(space, found), false}}};
  double most = 0;
  for (const Series& series : chart.series) {
    for (const auto& [irb, vit] : series.points) most = std::max(most, irb);
  }
  for (const double vit_per_ten : {kLeastBalanced, kMostBalanced}) {
    chart.series.push_back(proportion(vit_per_ten, most));
  }
  return chart;
}

struct OfSeeds {
  std::vector<double> ratio, over_random, balanced, saved, saved_most;
};

void add_seed(OfSeeds& all, const nas::Space& space, const std::vector<ChipFront>& fronts,
              double random) {
  const std::vector<nas::Genotype> networks = networks_on(fronts);
  const double ratio = mean_ratio(space, networks);
  all.ratio.push_back(ratio);
  all.over_random.push_back(ratio - random);
  all.balanced.push_back(balanced_share(space, networks));
  const SameAccuracy saved = same_accuracy(fronts.front().curve(sim::Objective::latency),
                                           fronts.back().curve(sim::Objective::latency));
  all.saved.push_back(saved.mean);
  all.saved_most.push_back(saved.most);
}

}  // namespace

Result fig9(const Setup& setup) {
  Trainings& trainings = trainings_of(setup);
  const std::vector<TrainingSpec> supernets = searched_supernets(trainings);
  const nas::Space space = nas::load_space(trainings.settings().space);
  const std::vector<nas::Genotype> drawn = random_networks(space);
  const double random = mean_ratio(space, drawn);
  Result result;
  add_front_columns(result.table);
  OfSeeds all;
  std::vector<nas::Genotype> found;
  for (const TrainingSpec& run : supernets) {
    const auto fronts = trained_fronts(setup, run.run(), space, kChips);
    add_front_rows(result.table, run, space, fronts);
    result.charts.push_back(front_chart(run.run(), fronts, sim::Objective::latency));
    for (const nas::Genotype& g : networks_on(fronts)) found.push_back(g);
    add_seed(all, space, fronts, random);
  }
  result.charts.insert(result.charts.begin(), layers_chart(space, drawn, found));
  set_measure(result, "vit_per_10_mbconv", bootstrap_mean(all.ratio));
  set_measure(result, "vit_per_10_mbconv_over_random", bootstrap_mean(all.over_random));
  set_measure(result, "balanced_share", bootstrap_mean(all.balanced));
  set_measure(result, "latency_saved_by_8_macros", bootstrap_known(all.saved));
  set_measure(result, "latency_saved_most_by_8_macros", bootstrap_known(all.saved_most));
  result.measures["vit_per_10_mbconv_of_random"] = random;
  result.measures["balanced_share_of_random"] = balanced_share(space, drawn);
  return result;
}

}  // namespace h4h::studies
