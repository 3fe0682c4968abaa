#include "nas/recipe/lengths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nas/recipe/compute.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kMaxSteps = 100'000'000;

// A phase whose length is that of its recipe counts 1.
std::int64_t own_steps(const Phase& phase, std::int64_t batches) {
  if (phase.compute_of) return 1;
  return phase.steps ? *phase.steps : phase.epochs.value_or(0) * batches;
}

// `total` dealt to the phases by their own lengths.
void deal(Recipe& recipe, std::int64_t total, std::int64_t batches) {
  __extension__ using Wide = __int128;
  Wide all = 0, passed = 0;
  for (const Phase& phase : recipe.phases) all += own_steps(phase, batches);
  std::int64_t begin = 0, left = static_cast<std::int64_t>(recipe.phases.size());
  for (Phase& phase : recipe.phases) {
    passed += own_steps(phase, batches);
    const auto share = static_cast<std::int64_t>((2 * Wide{total} * passed + all) / (2 * all));
    const std::int64_t end = std::clamp(share, begin + 1, total - --left);
    phase.steps = end - begin;
    phase.epochs.reset();
    phase.compute_of.reset();
    begin = end;
  }
}

std::int64_t of_all_phases(const Recipe& recipe, const TrainingLength& asked) {
  if (asked.steps) return *asked.steps;
  if (asked.epochs) return *asked.epochs * asked.batches;
  if (recipe.steps) return *recipe.steps;
  if (recipe.epochs) return *recipe.epochs * asked.batches;
  std::int64_t sum = 0;
  for (const Phase& phase : recipe.phases) sum += own_steps(phase, asked.batches);
  return sum;
}

std::int64_t equal_compute(const Phase& phase, const TrainingLength& asked, const Space& space) {
  const Recipe other = with_lengths(*phase.compute_of, asked, space);
  double macs = 0;
  for (const Phase& theirs : other.phases) {
    macs += static_cast<double>(*theirs.steps) * step_macs(space, theirs).total();
  }
  return std::llround(macs / step_macs(space, phase).total());
}

}  // namespace

Recipe with_steps(const Recipe& recipe, std::int64_t steps, std::int64_t batches) {
  const auto count = static_cast<std::int64_t>(recipe.phases.size());
  const std::int64_t least = std::max<std::int64_t>(2, count);
  if (steps < least || steps > kMaxSteps) {
    throw RecipeError(fmt::format("recipe {}: {} steps; with {} {} it needs {}..{}", recipe.name,
                                  steps, count, count == 1 ? "phase" : "phases", least, kMaxSteps));
  }
  Recipe known = recipe;
  known.steps.reset();
  known.epochs.reset();
  deal(known, steps, batches);
  return known;
}

Recipe with_lengths(const Recipe& recipe, const TrainingLength& asked, const Space& space) {
  const Phase& first = recipe.phases.front();
  const std::int64_t steps =
      first.compute_of ? equal_compute(first, asked, space) : of_all_phases(recipe, asked);
  return with_steps(recipe, steps, asked.batches);
}

Recipe started_from_run(const Recipe& recipe, const std::optional<std::string>& name) {
  const auto begin = recipe.phases.begin(), end = recipe.phases.end();
  const auto first = name
                         ? std::find_if(begin, end, [&](const Phase& p) { return p.name == *name; })
                         : std::prev(end);
  if (first == end) {
    std::vector<std::string> names;
    for (const Phase& phase : recipe.phases) names.push_back(phase.name);
    throw RecipeError(fmt::format("recipe {} has no phase '{}'; it has: {}", recipe.name,
                                  name.value_or(""), fmt::join(names, ", ")));
  }
  Recipe rest = recipe;
  rest.phases.assign(first, end);
  rest.phases.front().start = Start::run;
  return rest;
}

}  // namespace h4h::nas
