#include "nas/train/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace h4h::nas {
namespace {

using Group = ParameterGroup;

constexpr GroupSet kAll{Group::conv, Group::batch_norm, Group::head, Group::vit};
constexpr GroupSet kCnn{Group::conv, Group::batch_norm, Group::head};
constexpr GroupSet kTransformers{Group::vit, Group::batch_norm};

// Epochs: 360 as in the paper; 300 of phase 2 are inferred from its +42 % of training time.
constexpr Phase kCnnPhase{"cnn", SubspaceKind::cnn_only, kCnn, 360};
constexpr Phase kFrozenPhase{"vit", SubspaceKind::whole, kTransformers, 300};
constexpr Phase kUnfrozenPhase{"vit", SubspaceKind::whole, kAll, 300};
constexpr Phase kWholePhase{"whole", SubspaceKind::whole, kAll, 360};

}  // namespace

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all{
      {"vanilla",
       "one phase: all weights, networks of the whole space",
       {kWholePhase, kWholePhase},
       1},
      {"tpi-freeze",
       "networks without transformers first, then transformers and batch norms alone",
       {kCnnPhase, kFrozenPhase},
       2},
      {"tpi-unfreeze",
       "networks without transformers first, then everything",
       {kCnnPhase, kUnfrozenPhase},
       2},
      {"cnn-only", "networks without transformers", {kCnnPhase, kCnnPhase}, 1},
  };
  return all;
}

const Recipe* find_recipe(std::string_view name) {
  for (const Recipe& recipe : recipes()) {
    if (recipe.name == name) return &recipe;
  }
  return nullptr;
}

std::vector<PhaseSpan> spans(const Recipe& recipe, std::int64_t steps) {
  const auto count = static_cast<std::int64_t>(recipe.count);
  if (steps < count) {
    throw std::invalid_argument(fmt::format("recipe {} has {} phases and needs at least {} steps",
                                            recipe.name, count, count));
  }
  std::int64_t total = 0, passed = 0, begin = 0, left = count;
  for (const Phase& phase : recipe) total += phase.length;
  std::vector<PhaseSpan> all;
  for (const Phase& phase : recipe) {
    passed += phase.length;
    const std::int64_t share = (2 * steps * passed + total) / (2 * total);
    const std::int64_t end = std::clamp(share, begin + 1, steps - --left);
    all.push_back({phase, begin, end});
    begin = end;
  }
  return all;
}

}  // namespace h4h::nas
