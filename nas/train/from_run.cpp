#include "nas/train/from_run.hpp"

#include <fmt/format.h>

#include "nas/space/reduction.hpp"
#include "nas/supernet/initial.hpp"

namespace h4h::nas {
namespace {

std::optional<Space> reduced(const Space& whole, const Space& part, std::string& why) {
  try {
    return Reduction(whole, part).space();
  } catch (const SpaceError& error) {
    why = error.what();
    return std::nullopt;
  }
}

// A stage of the run whose first layer had a shortcut there alone.
void refuse_lost_shortcuts(const Space& run, const Space& in_whole) {
  for (std::size_t i = 0; i < run.stages().size(); ++i) {
    if (run.first_adds_input(i) == in_whole.first_adds_input(i)) continue;
    throw SpaceError(fmt::format(
        "stage {} of {} had a shortcut around its first layer, which it has not where width or "
        "input are a choice: train it with `shortcut: none`",
        run.stages()[i].name, run.name()));
  }
}

Parameters filled(Parameters all, const Parameters& run) {
  for (const auto& [name, parameter] : run) {
    leading(all.at(name).value, parameter.value.sizes()).copy_(parameter.value);
  }
  return all;
}

}  // namespace

StartFromRun start_from(const Space& space, const Trained& run, std::uint64_t seed) {
  std::string why, ignored;
  if (const auto part = reduced(run.space, space, why)) {
    return {*part, run.supernet.extract(part->network(part->max()))};
  }
  const auto part = reduced(space, run.space, ignored);
  if (!part) throw SpaceError(why);
  refuse_lost_shortcuts(run.space, *part);
  return {space,
          filled(initial_parameters(space.network(space.max()), seed), run.supernet.parameters())};
}

}  // namespace h4h::nas
