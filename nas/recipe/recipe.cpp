#include "nas/recipe/recipe.hpp"

#include <cstdlib>

namespace h4h::nas {

std::string_view to_string(Start start) {
  switch (start) {
    case Start::random:
      return "random";
    case Start::previous:
      return "previous";
    case Start::run:
      return "run";
  }
  std::abort();
}

std::string_view to_string(SubspaceKind kind) {
  switch (kind) {
    case SubspaceKind::whole:
      return "whole";
    case SubspaceKind::cnn_only:
      return "cnn-only";
  }
  std::abort();
}

std::string_view to_string(Decay decay) {
  switch (decay) {
    case Decay::cosine:
      return "cosine";
    case Decay::linear:
      return "linear";
    case Decay::constant:
      return "constant";
  }
  std::abort();
}

std::string_view to_string(Distillation distillation) {
  switch (distillation) {
    case Distillation::none:
      return "none";
    case Distillation::kl:
      return "kl";
    case Distillation::alpha_divergence:
      return "alpha-divergence";
  }
  std::abort();
}

std::string_view to_string(Combination combination) {
  switch (combination) {
    case Combination::mean:
      return "mean";
    case Combination::sum:
      return "sum";
    case Combination::projection:
      return "projection";
  }
  std::abort();
}

std::string_view to_string(SubnetKind kind) {
  switch (kind) {
    case SubnetKind::largest:
      return "largest";
    case SubnetKind::random:
      return "random";
    case SubnetKind::smallest:
      return "smallest";
  }
  std::abort();
}

std::string_view to_string(ParameterGroup group) {
  switch (group) {
    case ParameterGroup::conv:
      return "conv";
    case ParameterGroup::batch_norm:
      return "batch_norm";
    case ParameterGroup::head:
      return "head";
    case ParameterGroup::vit:
      return "vit";
  }
  std::abort();
}

std::string_view to_string(Augmentation augmentation) {
  switch (augmentation) {
    case Augmentation::none:
      return "none";
    case Augmentation::crop_flip:
      return "crop_flip";
    case Augmentation::auto_augment:
      return "auto_augment";
    case Augmentation::resized_crop:
      return "resized_crop";
    case Augmentation::resized_crop_auto_augment:
      return "resized_crop_auto_augment";
  }
  std::abort();
}

std::int64_t total_steps(const Recipe& recipe) {
  std::int64_t sum = 0;
  for (const Phase& phase : recipe.phases) sum += phase.steps.value_or(0);
  return sum;
}

}  // namespace h4h::nas
