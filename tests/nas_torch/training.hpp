#pragma once

#include <string>

#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/space/load.hpp"
#include "nas/train/checkpoint.hpp"
#include "nas/train/trainer.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {

// Two resolutions, two MBConv stages and a transformer stage between them.
inline nas::Space small_space() {
  const TemporaryFolder folder;
  return nas::load_space(folder
                             .write("small.yaml", R"(name: small
input_channels: 3
classes: 4
resolution: [8, 12]
stages:
  - {name: conv0, block: conv, width: [8, 16], stride: 2}
  - {name: mb1, block: mbconv, width: [8, 16], depth: [1, 2], expansion: [2, 3], stride: 1}
  - {name: vit1, block: vit, width: [8, 16], depth: [0, 1], expansion: [1, 2]}
  - {name: mb2, block: mbconv, width: [16, 24], depth: 1, expansion: [2, 3], stride: 2}
  - {name: mbpool, block: mbpool, width: [16, 32], expansion: 2}
)")
                             .string());
}

// Images whose class is where they are bright.
inline nas::Labelled bright_corners(std::int64_t count, std::uint64_t seed) {
  nas::Random random(seed);
  torch::Tensor images = torch::rand({count, 3, 12, 12}, at::detail::createCPUGenerator(seed));
  torch::Tensor labels = torch::empty({count}, torch::kLong);
  using torch::indexing::Slice;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::int64_t>(random.below(4));
    labels[i] = label;
    const std::int64_t y = label / 2 * 6, x = label % 2 * 6;
    images.index({i, Slice(), Slice(y, y + 6), Slice(x, x + 6)}) += 0.7;
  }
  return {images, labels};
}

inline nas::Recipe recipe_of(const char* name, std::int64_t steps) {
  return nas::with_steps(nas::load_recipe(name), steps);
}

inline nas::TrainerOptions seed(std::uint64_t seed = 1) {
  nas::TrainerOptions options;
  options.seed = seed;
  return options;
}

inline void train(nas::Trainer& trainer, std::int64_t until) {
  while (trainer.state().step < until) {
    trainer.step(bright_corners(16, static_cast<std::uint64_t>(trainer.state().step)));
  }
}

// A checkpoint of a training of eight steps.
inline std::string bytes_of(const nas::Trainer& trainer) {
  nas::TrainArguments arguments;
  arguments.space = "small.yaml";
  arguments.recipe = "vanilla";
  arguments.steps = 8;
  return nas::to_bytes({arguments, 0, {}, trainer.state()});
}

}  // namespace h4h::tests
