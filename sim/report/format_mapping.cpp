#include "sim/report/format_mapping.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace h4h::sim {
namespace {

constexpr double kNoGap = 1e-9;        // sums of doubles differ by less
constexpr std::size_t kMostNames = 6;  // of layers, in a line

const char* grid(Effort effort) {
  return effort == Effort::quick ? "effort quick: 1/8 channel shares"
                                 : "effort full: shares of every number of words";
}

std::string searched(const Report& r) {
  const std::string within = r.limited ? " within the limit" : "";
  if (*r.gap <= kNoGap) return "optimal among the mappings searched" + within;
  return fmt::format("within {:.2g} % of the optimum of the mappings searched{}", 100 * *r.gap,
                     within);
}

// Of the layers that nobody pinned.
std::string others(const Report& r, std::size_t count) {
  if (count == 0) return {};
  const std::string which =
      r.pinned->layers.empty() ? "all layers" : fmt::format("the other {}", count);
  if (!r.gap) return fmt::format("; {} chosen by auto", which);
  const std::string gap =
      *r.gap <= kNoGap ? "optimal" : fmt::format("within {:.2g} % of their optimum", 100 * *r.gap);
  return fmt::format("; {} {} ({})", which, gap, grid(r.effort));
}

std::string plural(std::int64_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string what_is_pinned(const Report& r) {
  const PinnedPart& pinned = *r.pinned;
  std::vector<std::string> all;
  const std::size_t count = pinned.layers.size();
  if (count > 0) {
    all.push_back((count == r.layers.size() ? "all " : "") +
                  plural(static_cast<std::int64_t>(count), "layer"));
  }
  const std::vector<DeviceId> ids = r.of_macros();
  for (const DeviceId id : ids) {
    const std::string of = ids.size() > 1 ? " of " + r.devices[id].name : "";
    const auto [macros, units] = pinned.active.of(id);
    if (macros) all.push_back(plural(*macros, "macro") + of + " in use");
    if (units) all.push_back(plural(*units, "unit") + of + " in use");
  }
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string unpinned(const PinnedPart& pinned) {
  if (!pinned.unpinned) return "unpinned auto finds no mapping within the limit";
  const std::string time = fmt::format("{:.4g} ms", pinned.unpinned->picoseconds * 1e-9);
  const std::string energy = fmt::format("{:.4g} mJ", pinned.unpinned->joules * 1e3);
  switch (pinned.objective) {
    case Objective::latency:
      return "unpinned auto would take " + time;
    case Objective::energy:
      return "unpinned auto would take " + energy;
    case Objective::edp:
      break;
  }
  return fmt::format("unpinned auto would take {} and {}", time, energy);
}

std::string names(const std::vector<std::string>& layers) {
  const auto shown = static_cast<std::ptrdiff_t>(std::min(layers.size(), kMostNames));
  std::string text = fmt::format("{}", fmt::join(layers.begin(), layers.begin() + shown, ", "));
  if (layers.size() > kMostNames) {
    text += fmt::format(", and {} more (--format json names all)", layers.size() - kMostNames);
  }
  return text;
}

}  // namespace

std::string mapping_quality(const Report& r) {
  if (!r.pinned || !r.pinned->any()) {
    if (!r.gap) return {};
    if (r.platform_macros() == 0 && r.devices.size() <= platforms::kFirstOfList) {
      return "mapping  everything runs on the NPU: the platform has no macros\n";
    }
    return fmt::format("mapping  {} ({}){}\n", searched(r), grid(r.effort),
                       r.effort == Effort::quick ? "; --effort full searches more" : "");
  }
  const PinnedPart& pinned = *r.pinned;
  const std::size_t free = r.layers.size() - pinned.layers.size();
  std::string text = fmt::format("mapping  {} pinned by {}{}; {}\n", what_is_pinned(r), pinned.file,
                                 others(r, free), unpinned(pinned));
  if (!pinned.layers.empty() && free > 0) text += "         pinned: " + names(pinned.layers) + "\n";
  return text;
}

}  // namespace h4h::sim
