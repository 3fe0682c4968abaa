#include "nas/accuracy/surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nas/random/text_hash.hpp"

namespace h4h::nas {
namespace {

// Table 2 of the H4H paper, and MACs of those networks in nas/spaces/h4h-imagenet.yaml (the
// smallest at 192 pixels, the largest at 288: an assumption). A test holds them to the space.
constexpr double kSmallestCnn = 71.691, kLargestCnn = 78.802, kSecondPhase = 0.510;
constexpr double kSmallestMacs = 146'301'952, kLargestCnnMacs = 3'414'121'888,
                 kLargestMacs = 4'388'353'600;
constexpr double kMostScatter = 0.13;
constexpr double kLargestVitPerTen = 10.0 * 16 / 38;

// Doublings of MACs, each of which is worth less than the one before.
double worth(double macs, double saturation) {
  const double doublings = std::log2(macs / kSmallestMacs);
  return saturation == 0 ? doublings : -std::expm1(-saturation * doublings) / saturation;
}

double by_macs(double macs, double saturation) {
  return kSmallestCnn + kSecondPhase +
         (kLargestCnn - kSmallestCnn) * worth(macs, saturation) /
             worth(kLargestCnnMacs, saturation);
}

// -1 .. 1
double lot(const Genotype& genotype, double draw) {
  std::string bytes;
  for (const std::uint16_t choice : genotype) bytes += fmt::format("{} ", choice);
  if (draw != 0) bytes += fmt::format("draw {}", draw);
  return 2 * Random(platforms::fnv1a(bytes)).uniform() - 1;
}

}  // namespace

const std::vector<SurrogateUnknown>& surrogate_unknowns() {
  static const std::vector<SurrogateUnknown> all{
      {"surrogate.saturation", &SurrogateValues::saturation, 0, 0.46},
      {"surrogate.largest_top1", &SurrogateValues::largest_top1, 79.248, 79.914},
      {"surrogate.scatter", &SurrogateValues::scatter, 0, kMostScatter},
      {"surrogate.draw", &SurrogateValues::draw, 0, 1}};
  return all;
}

Surrogate::Surrogate(const Space& space, const SurrogateValues& values)
    : space_(space), values_(values), macs_(space) {
  const auto is_mbconv = [](const Stage& stage) { return stage.kind == StageKind::mbconv; };
  if (space.classes() != 1000) {
    throw SpaceError(
        fmt::format("the accuracy surrogate is of ImageNet, with 1000 classes; {} has {}",
                    space.name(), space.classes()));
  }
  if (std::none_of(space.stages().begin(), space.stages().end(), is_mbconv)) {
    throw SpaceError(
        fmt::format("the accuracy surrogate is of networks of MBConv; {} has none", space.name()));
  }
}

std::vector<double> Surrogate::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  accuracies.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    accuracies.push_back(accuracy(space_.canonical(candidate), values_));
  }
  return accuracies;
}

double Surrogate::accuracy(const Genotype& canonical, const SurrogateValues& values) {
  const double at_most = 1, vit = block_counts(space_, canonical).vit_per_ten();
  const double of_vit = values.largest_top1 - by_macs(kLargestMacs, values.saturation);
  const double top1 = by_macs(static_cast<double>(macs_.of(canonical)), values.saturation) +
                      of_vit * std::min(at_most, vit / kLargestVitPerTen) +
                      values.scatter * lot(canonical, values.draw);
  return std::clamp(top1 / 100, 0.0, 1.0);
}

std::optional<AccuracyInterval> Surrogate::interval(const Genotype& candidate) {
  const Genotype canonical = space_.canonical(candidate);
  const double value = accuracy(canonical, values_), scatter = kMostScatter / 100;
  AccuracyInterval interval{value, value};
  const SurrogateUnknown &bend = surrogate_unknowns()[0], &top = surrogate_unknowns()[1];
  for (const double saturation : {bend.low, bend.high}) {
    for (const double largest : {top.low, top.high}) {
      SurrogateValues values;
      values.*bend.field = saturation;
      values.*top.field = largest;
      values.scatter = 0;
      const double there = accuracy(canonical, values);
      interval.low = std::min(interval.low, there - scatter);
      interval.high = std::max(interval.high, there + scatter);
    }
  }
  return {{std::max(0.0, interval.low), std::min(1.0, interval.high)}};
}

std::string surrogate_identity() {
  const SurrogateValues values;
  std::string text = fmt::format("{} {} {} {} {} {} {}", kSmallestCnn, kLargestCnn, kSecondPhase,
                                 kSmallestMacs, kLargestCnnMacs, kLargestMacs, kLargestVitPerTen);
  for (const SurrogateUnknown& u : surrogate_unknowns()) {
    text += fmt::format(" {} {} {} {}", u.key, values.*u.field, u.low, u.high);
  }
  return "surrogate " + text_hash(text);
}

}  // namespace h4h::nas
