#include "nas/search/description.hpp"

#include <fmt/format.h>

#include "base/text/hash.hpp"

namespace h4h::nas {
namespace {

std::string definition(const Space& space) {
  std::string text = fmt::format("{}\n{} {}\nnetworks {}\n", space.name(), space.input_channels(),
                                 space.classes(), kNetworksVersion);
  for (const Gene& gene : space.genes()) {
    text += fmt::format("{}: {}\n", gene.name, fmt::join(gene.choices, " "));
  }
  for (const Stage& s : space.stages()) {
    text += fmt::format("{} {} {} {} {} {}{}\n", s.name, static_cast<int>(s.kind), s.width, s.depth,
                        s.expansion, s.stride, s.no_shortcut ? " shortcut none" : "");
  }
  return text;
}

std::string budget(const std::optional<double>& value, const char* unit) {
  return value ? fmt::format("{:.15g} {}", *value, unit) : std::string("none");
}

}  // namespace

std::string space_hash(const Space& space) { return text_hash(definition(space)); }
std::string space_identity(const Space& space) {
  return fmt::format("{} {}", space.name(), space_hash(space));
}

Description describe(const Space& space, const std::string& platform, const std::string& accuracy,
                     const Problem& problem, const SearchSettings& settings) {
  return {{"space", space_identity(space)},
          {"platform", platform},
          {"accuracy", accuracy},
          {"objective", std::string(to_string(problem.objective))},
          {"max-latency", budget(problem.max_latency_s, "s")},
          {"max-energy", budget(problem.max_energy_j, "J")},
          {"algorithm", std::string(to_string(settings.algorithm))},
          {"population", fmt::format("{}", settings.population)},
          {"evaluations", fmt::format("{}", settings.evaluations)},
          {"seed", fmt::format("{}", settings.seed)},
          {"random", settings.random ? fmt::format("{}", *settings.random) : "same"}};
}

}  // namespace h4h::nas
