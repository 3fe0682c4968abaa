#include "tools/studies/trained/probes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>
#include <tuple>

#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/searches.hpp"

namespace h4h::studies {
namespace {

constexpr int kDrawn = 2000;
constexpr std::uint64_t kSeed = 2025;
constexpr double kTolerance = 0.05;  // of MACs that are to be equal
constexpr double kLeastGap = 1.1;    // of MACs of the larger network to those of the smaller

struct Sized {
  std::int64_t macs = 0;
  nas::Genotype genotype;
  friend bool operator<(const Sized& a, const Sized& b) {
    return std::tie(a.macs, a.genotype) < std::tie(b.macs, b.genotype);
  }
};

// Random networks in order of MACs, with and without transformers.
struct Drawn {
  std::vector<Sized> hybrid, cnn;
};

Drawn drawn(const nas::Space& space, nas::Random& random) {
  nas::NetworkMacs macs(space);
  std::set<Sized> hybrid, cnn;
  for (int i = 0; i < kDrawn; ++i) {
    const nas::Genotype network = space.canonical(space.sample(random));
    const nas::Genotype part = without_transformers(space, network);
    cnn.insert({macs.of(part), part});
    if (network != part) hybrid.insert({macs.of(network), network});
  }
  return {{hybrid.begin(), hybrid.end()}, {cnn.begin(), cnn.end()}};
}

// The network other than `not_this` of about so many MACs that is the nearest.
std::optional<Sized> nearest(const std::vector<Sized>& all, double macs,
                             const nas::Genotype& not_this) {
  std::optional<Sized> best;
  const auto distance = [&](const Sized& s) {
    return std::abs(static_cast<double>(s.macs) - macs);
  };
  for (const Sized& sized : all) {
    if (sized.genotype == not_this || distance(sized) > kTolerance * macs) continue;
    if (!best || distance(sized) < distance(*best)) best = sized;
  }
  return best;
}

class Probes {
 public:
  explicit Probes(const nas::Space& space) : space_(space), all_(drawn(space, random_)) {}

  std::optional<PairsProbe> draw() {
    const Sized small = any(all_.cnn), large = any(all_.hybrid);
    const auto from = static_cast<double>(small.macs), to = static_cast<double>(large.macs);
    if (to < kLeastGap * from) return std::nullopt;
    const auto large_cnn = nearest(all_.cnn, to, small.genotype);
    const auto small_hybrid = nearest(all_.hybrid, from, large.genotype);
    const nas::Genotype part = without_transformers(space_, large.genotype);
    if (!large_cnn || !small_hybrid || part == small.genotype) return std::nullopt;
    nas::NetworkMacs macs(space_);
    PairsProbe made{
        {{small.genotype, large.genotype, large_cnn->genotype, small_hybrid->genotype, part},
         {{0, 1}, {0, 2}, {3, 1}, {0, 4}}},
        {}};
    for (const nas::Genotype& g : made.probe.networks) made.macs.push_back(macs.of(g));
    return made;
  }

 private:
  const Sized& any(const std::vector<Sized>& of) {
    if (of.empty()) throw nas::SpaceError("space " + space_.name() + " has no hybrid networks");
    return of[random_.below(of.size())];
  }

  const nas::Space& space_;
  nas::Random random_{kSeed};
  Drawn all_;
};

}  // namespace

std::string to_string(PairKind kind) {
  switch (kind) {
    case PairKind::mixed:
      return "mixed";
    case PairKind::cnn:
      return "cnn";
    case PairKind::hybrid:
      return "hybrid";
    case PairKind::mixed_parts:
      return "mixed-parts";
  }
  std::abort();
}

std::vector<PairsProbe> probes_of(const nas::Space& space, std::size_t count) {
  constexpr std::size_t kTries = 1000;  // for each
  Probes probes(space);
  std::vector<PairsProbe> all;
  for (std::size_t i = 0; i < kTries * count && all.size() < count; ++i) {
    if (auto probe = probes.draw()) all.push_back(std::move(*probe));
  }
  if (all.size() == count) return all;
  throw nas::SpaceError("space " + space.name() +
                        " has too few CNN and hybrid networks of equal MACs");
}

}  // namespace h4h::studies
