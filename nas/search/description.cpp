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
    text += fmt::format("{} {} {} {} {} {}", s.name, static_cast<int>(s.kind), s.width, s.depth,
                        s.expansion, s.stride);
    for (const std::size_t gene : s.further) text += fmt::format(" {}", gene);
    if (s.shortcut != StageShortcut::automatic) {
      text += fmt::format(" shortcut {}", to_string(s.shortcut));
    }
    text += "\n";
  }
  return text;
}

std::string budget(const std::optional<double>& value, const char* unit) {
  return value ? fmt::format("{:.15g} {}", *value, unit) : std::string("none");
}

std::string axes(const std::vector<ChipGene>& genes) {
  std::string text;
  for (const ChipGene& gene : genes) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "; ", gene.key, fmt::join(gene.values, ","));
  }
  return text;
}

}  // namespace

std::string space_hash(const Space& space) { return text_hash(definition(space)); }
std::string space_identity(const Space& space) {
  return fmt::format("{} {}", space.name(), space_hash(space));
}

Description describe(const SearchSpace& space, const std::string& platform,
                     const std::string& accuracy, const Problem& problem,
                     const SearchSettings& settings) {
  Description all{{"space", space_identity(space.networks())},
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
  if (const auto& chosen = settings.preselection) {
    all.emplace_back("screen", fmt::format("{} images; of {} proposed {} screened", chosen->images,
                                           chosen->proposed, chosen->screened));
  }
  if (!space.chips().empty()) all.emplace_back("vary", axes(space.chips()));
  return all;
}

}  // namespace h4h::nas
