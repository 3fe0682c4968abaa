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
double lot(const Genotype& genotype) {
  std::string bytes;
  for (const std::uint16_t choice : genotype) bytes += fmt::format("{} ", choice);
  return 2 * Random(platforms::fnv1a(bytes)).uniform() - 1;
}

}  // namespace

const std::vector<SurrogateUnknown>& surrogate_unknowns() {
  static const std::vector<SurrogateUnknown> all{
      {"surrogate.saturation", &SurrogateValues::saturation, 0, 0.46},
      {"surrogate.largest_top1", &SurrogateValues::largest_top1, 79.248, 79.914},
      {"surrogate.scatter", &SurrogateValues::scatter, 0, 0.13}};
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
                      values.scatter * lot(canonical);
  return std::clamp(top1 / 100, 0.0, 1.0);
}

std::optional<AccuracyInterval> Surrogate::interval(const Genotype& candidate) {
  const Genotype canonical = space_.canonical(candidate);
  const double value = accuracy(canonical, values_);
  AccuracyInterval interval{value, value};
  const std::size_t corners = std::size_t{1} << surrogate_unknowns().size();
  for (std::size_t corner = 0; corner < corners; ++corner) {
    SurrogateValues values;
    for (std::size_t i = 0; i < surrogate_unknowns().size(); ++i) {
      const SurrogateUnknown& unknown = surrogate_unknowns()[i];
      values.*unknown.field = (corner >> i & 1) != 0 ? unknown.high : unknown.low;
    }
    const double there = accuracy(canonical, values);
    interval.low = std::min(interval.low, there);
    interval.high = std::max(interval.high, there);
  }
  return interval;
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
