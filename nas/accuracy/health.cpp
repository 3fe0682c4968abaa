#include "nas/accuracy/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "nas/space/network_macs.hpp"

namespace h4h::nas {
namespace {

constexpr int kDrawn = 2000;
constexpr std::uint64_t kSeed = 30;

int sign(double x) { return x > 0 ? 1 : (x < 0 ? -1 : 0); }

Document document_of(const Space& space, const MeasuredNetwork& network, std::int64_t images) {
  return {{"genotype", space.document(network.genotype)},
          {"macs", network.macs},
          {"accuracy", network.accuracy},
          {"accuracy_standard_error", standard_error(network.accuracy, images)},
          {"gain", network.over_smallest.gain},
          {"gain_standard_error", network.over_smallest.standard_error}};
}

// In order of MACs.
std::vector<Genotype> drawn_by_macs(const Space& space,
                                    const std::function<Genotype(Random&)>& sample,
                                    std::uint64_t seed) {
  NetworkMacs macs(space);
  Random random(seed);
  std::set<std::pair<std::int64_t, Genotype>> drawn;
  for (int i = 0; i < kDrawn; ++i) {
    const Genotype genotype = sample(random);
    drawn.insert({macs.of(genotype), genotype});
  }
  std::vector<Genotype> all;
  for (const auto& [cost, genotype] : drawn) all.push_back(genotype);
  return all;
}

// The middle one of each of `count` groups of equal size.
std::vector<Genotype> middles(const std::vector<Genotype>& all, std::size_t count) {
  count = std::min(count, all.size());
  std::vector<Genotype> chosen;
  for (std::size_t i = 0; i < count; ++i) {
    chosen.push_back(all[(2 * i + 1) * all.size() / (2 * count)]);
  }
  return chosen;
}

}  // namespace

double standard_error(double accuracy, std::int64_t images) {
  if (images <= 0) return 0;
  return std::sqrt(std::max(0.0, accuracy * (1 - accuracy)) / static_cast<double>(images));
}

PairedGain paired_gain(const std::vector<bool>& first, const std::vector<bool>& second) {
  std::int64_t sum = 0, squares = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const int difference = static_cast<int>(first[i]) - static_cast<int>(second.at(i));
    sum += difference;
    squares += difference * difference;
  }
  if (first.size() < 2) return {};
  const auto n = static_cast<double>(first.size());
  const double mean = static_cast<double>(sum) / n;
  const double variance = (static_cast<double>(squares) - n * mean * mean) / (n - 1);
  return {mean, std::sqrt(std::max(0.0, variance) / n)};
}

double kendall_tau(const std::vector<double>& a, const std::vector<double>& b) {
  std::int64_t agree = 0, in_a = 0, in_b = 0;  // pairs: agreeing less opposed; without ties
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int x = sign(a[i] - a[j]), y = sign(b.at(i) - b.at(j));
      agree += x * y;
      in_a += x * x;
      in_b += y * y;
    }
  }
  if (in_a == 0 || in_b == 0) return 0;
  return static_cast<double>(agree) /
         std::sqrt(static_cast<double>(in_a) * static_cast<double>(in_b));
}

std::vector<Genotype> stratified_networks(const Space& space,
                                          const std::function<Genotype(Random&)>& sample,
                                          std::size_t count) {
  const std::vector<Genotype> all = drawn_by_macs(space, sample, kSeed);
  return middles({all.begin() + static_cast<std::ptrdiff_t>((all.size() + 1) / 2), all.end()},
                 count);
}

std::vector<Genotype> networks_of_all_sizes(const Space& space,
                                            const std::function<Genotype(Random&)>& sample,
                                            std::size_t count, std::uint64_t seed) {
  return middles(drawn_by_macs(space, sample, seed), count);
}

std::size_t Health::beat_smallest() const {
  return static_cast<std::size_t>(
      std::count_if(networks.begin(), networks.end(),
                    [](const MeasuredNetwork& n) { return n.over_smallest.beats(); }));
}

double Health::mean_accuracy() const {
  if (networks.empty()) return 0;
  return std::accumulate(networks.begin(), networks.end(), 0.0,
                         [](double sum, const MeasuredNetwork& n) { return sum + n.accuracy; }) /
         static_cast<double>(networks.size());
}

double Health::tau() const {
  std::vector<double> accuracy, macs;
  for (const MeasuredNetwork& network : networks) {
    accuracy.push_back(network.accuracy);
    macs.push_back(static_cast<double>(network.macs));
  }
  return kendall_tau(accuracy, macs);
}

namespace {

std::vector<double> of_each(const std::vector<AloneNetwork>& networks,
                            double (*value)(const AloneNetwork&)) {
  std::vector<double> values;
  for (const AloneNetwork& network : networks) values.push_back(value(network));
  return values;
}

std::vector<double> alone(const std::vector<AloneNetwork>& networks) {
  return of_each(networks, [](const AloneNetwork& n) { return n.alone; });
}

}  // namespace

double AloneNetworks::tau() const {
  return kendall_tau(of_each(networks, [](const AloneNetwork& n) { return n.in_supernet; }),
                     alone(networks));
}

double AloneNetworks::tau_of_macs() const {
  return kendall_tau(
      of_each(networks, [](const AloneNetwork& n) { return static_cast<double>(n.macs); }),
      alone(networks));
}

std::string to_text(const AloneNetworks& all) {
  return fmt::format(
      "Kendall's tau of the accuracies of {} networks in the supernet and trained alone is {:.2f}; "
      "of their MACs and the latter {:.2f}",
      all.networks.size(), all.tau(), all.tau_of_macs());
}

Document to_document(const Space& space, const AloneNetworks& all) {
  Document measured = Document::array();
  for (const AloneNetwork& n : all.networks) {
    measured.push_back({{"genotype", space.document(n.genotype)},
                        {"macs", n.macs},
                        {"accuracy", n.in_supernet},
                        {"accuracy_standard_error", standard_error(n.in_supernet, all.images)},
                        {"alone_accuracy", n.alone},
                        {"alone_accuracy_standard_error", standard_error(n.alone, all.images)}});
  }
  return {{"networks", static_cast<std::int64_t>(all.networks.size())},
          {"kendall_tau", all.tau()},
          {"kendall_tau_of_macs", all.tau_of_macs()},
          {"held_out_images", all.images},
          {"measured", measured}};
}

HealthSummary summary(const Health& health) {
  return {static_cast<std::int64_t>(health.networks.size()),
          static_cast<std::int64_t>(health.beat_smallest()), health.tau()};
}

std::string to_text(const HealthSummary& s) {
  return fmt::format(
      "{} of {} networks above the median of MACs beat the smallest by more than two paired "
      "standard errors; Kendall's tau of accuracy and MACs is {:.2f}",
      s.beat_smallest, s.networks, s.kendall_tau);
}

Document to_document(const HealthSummary& s) {
  return {{"networks", s.networks},
          {"beat_smallest", s.beat_smallest},
          {"kendall_tau", s.kendall_tau},
          {"healthy", s.healthy()}};
}

Document to_document(const Space& space, const Health& health) {
  Document networks = Document::array();
  for (const MeasuredNetwork& network : health.networks) {
    networks.push_back(document_of(space, network, health.images));
  }
  Document json = to_document(summary(health));
  json.update({{"held_out_images", health.images},
               {"mean_accuracy", health.mean_accuracy()},
               {"smallest", document_of(space, health.smallest, health.images)},
               {"largest", document_of(space, health.largest, health.images)},
               {"measured", networks}});
  return json;
}

std::optional<HealthSummary> health_summary(const Document& json) {
  try {
    const HealthSummary found{json.at("networks").integer(), json.at("beat_smallest").integer(),
                              json.at("kendall_tau").number()};
    const bool possible = found.beat_smallest >= 0 && found.beat_smallest <= found.networks &&
                          std::abs(found.kendall_tau) <= 1;
    return possible ? std::optional(found) : std::nullopt;
  } catch (const DocumentError&) {
    return std::nullopt;
  }
}

}  // namespace h4h::nas
