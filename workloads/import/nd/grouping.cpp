#include "workloads/import/nd/grouping.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>

namespace h4h::workloads {
namespace {

bool of_one_kind(const Grouping::Span& span, const Dims& extents, const std::vector<int>& kinds) {
  std::optional<int> kind;
  for (std::size_t i = span.first; i < span.last; ++i) {
    if (extents[i] == 1) continue;
    if (kind && *kind != kinds[i]) return false;
    kind = kinds[i];
  }
  return true;
}

constexpr std::array<std::array<int, 3>, 5> kOrders{
    {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};

std::vector<TransposeStep> every_step(std::size_t blocks) {
  std::vector<TransposeStep> steps;
  for (std::size_t i = 0; i < blocks; ++i) {
    for (std::size_t j = i + 1; j < blocks; ++j) {
      for (const auto& order : kOrders) steps.push_back({i, j, order});
    }
  }
  return steps;
}

}  // namespace

std::size_t Grouping::group_of(std::size_t axis) const {
  for (std::size_t g = 0; g < spans.size(); ++g) {
    if (axis >= spans[g].first && axis < spans[g].last) return g;
  }
  return 2;
}

Grouping usual_grouping(std::size_t rank) {
  const std::size_t width = rank > 1 ? rank - 2 : 0, channels = rank > 0 ? rank - 1 : 0;
  return {{{{0, width}, {width, channels}, {channels, rank}}}};
}

Grouping grouping_around(std::size_t axis, std::size_t rank) {
  return {{{{0, axis}, {axis, axis + 1}, {axis + 1, rank}}}};
}

std::int64_t product(const Dims& memory, std::size_t first, std::size_t last) {
  std::int64_t result = 1;
  for (std::size_t i = first; i < last; ++i) result *= memory[i];
  return result;
}

Shape shape_of(const Grouping& grouping, const Dims& memory) {
  const auto side = [&](std::size_t g) {
    return product(memory, grouping.spans[g].first, grouping.spans[g].last);
  };
  return {side(0), side(1), side(2)};
}

std::optional<Grouping> group_by_kind(const Dims& extents, const std::vector<int>& kinds) {
  const Grouping usual = usual_grouping(extents.size());
  const auto fits = [&](const Grouping::Span& span) { return of_one_kind(span, extents, kinds); };
  if (std::all_of(usual.spans.begin(), usual.spans.end(), fits)) return usual;
  std::vector<Grouping::Span> groups{{0, extents.size()}};
  int kind = -1;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 1 || kinds[i] == kind) continue;
    if (kind >= 0) {
      groups.back().last = i;
      groups.push_back({i, extents.size()});
    }
    kind = kinds[i];
  }
  if (groups.size() > 3) return std::nullopt;
  while (groups.size() < 3) groups.insert(groups.begin(), Grouping::Span{0, 0});
  return Grouping{{groups[0], groups[1], groups[2]}};
}

Grouping grouping_by_range(const Dims& memory, std::size_t axis) {
  const Grouping usual = usual_grouping(memory.size());
  const Grouping::Span& span = usual.spans[usual.group_of(axis)];
  return product(memory, span.first, axis) == 1 ? usual : grouping_around(axis, memory.size());
}

Grouping grouping_of_axis(const Dims& memory, std::size_t axis) {
  const Grouping usual = usual_grouping(memory.size());
  const Grouping::Span& span = usual.spans[usual.group_of(axis)];
  const bool is_alone = product(memory, span.first, span.last) == memory[axis];
  return is_alone ? usual : grouping_around(axis, memory.size());
}

std::size_t place_of(const NdTensor& tensor, int axis) {
  return static_cast<std::size_t>(std::find(tensor.order.begin(), tensor.order.end(), axis) -
                                  tensor.order.begin());
}

std::vector<int> after_step(const std::vector<int>& blocks, const TransposeStep& step) {
  const std::array<std::size_t, 4> cuts{0, step.first_cut, step.second_cut, blocks.size()};
  std::vector<int> out;
  for (const int part : step.order) {
    const auto p = static_cast<std::size_t>(part);
    for (std::size_t i = cuts.at(p); i < cuts.at(p + 1); ++i) out.push_back(blocks[i]);
  }
  return out;
}

// Breadth first: 6 blocks have 720 orders.
std::vector<TransposeStep> transpose_steps(const std::vector<int>& order) {
  struct Way {
    std::vector<int> from;
    TransposeStep step;
  };
  std::vector<int> start(order.size());
  std::iota(start.begin(), start.end(), 0);
  const std::vector<TransposeStep> every = every_step(order.size());
  std::map<std::vector<int>, Way> ways{{start, {}}};
  std::deque<std::vector<int>> open{start};
  while (ways.count(order) == 0 && !open.empty()) {
    const std::vector<int> from = open.front();
    open.pop_front();
    for (const TransposeStep& step : every) {
      std::vector<int> to = after_step(from, step);
      if (ways.try_emplace(to, Way{from, step}).second) open.push_back(std::move(to));
    }
  }
  std::vector<TransposeStep> steps;
  for (std::vector<int> at = order; at != start; at = ways.at(at).from) {
    steps.push_back(ways.at(at).step);
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

}  // namespace h4h::workloads
