#include "nas/train/from_run.hpp"

#include <gtest/gtest.h>

#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::Trainer;

// A run of a space after some steps.
nas::Trained run_of(const nas::Space& space) {
  Trainer trainer(space, recipe_of("vanilla", 4), seed());
  train(trainer, 2);
  return {{}, space, nas::Supernet(nas::copied(trainer.state().parameters)), 2, "id"};
}

// The small space with these lines changed.
nas::Space changed(const std::string& stages) {
  const TemporaryFolder folder;
  folder.write("small.yaml", nas::format_space(small_space()));
  return nas::load_space(
      folder.write("part.yaml", "extends: small.yaml\nstages:\n" + stages).string());
}

TEST(FromRun, TheSameSpaceStartsWithTheSameWeights) {
  const nas::Space space = small_space();
  const nas::Trained run = run_of(space);
  const nas::StartFromRun start = nas::start_from(space, run, 7);
  for (const auto& [name, parameter] : run.supernet.parameters()) {
    EXPECT_TRUE(start.parameters.at(name).value.equal(parameter.value)) << name;
  }
  nas::Recipe recipe = nas::started_from_run(recipe_of("tpi-freeze", 8), std::nullopt);
  nas::TrainerOptions options = seed();
  options.start = start.parameters;
  Trainer trainer(space, recipe, options);
  EXPECT_TRUE(trainer.state()
                  .parameters.at("conv0.weight")
                  .value.equal(run.supernet.parameters().at("conv0.weight").value));
  while (!trainer.done()) trainer.step(bright_corners(16, 1));
  EXPECT_TRUE(trainer.state()
                  .parameters.at("conv0.weight")
                  .value.equal(run.supernet.parameters().at("conv0.weight").value))
      << "frozen in phase 2";
  EXPECT_FALSE(trainer.state()
                   .parameters.at("vit1.1/mlp1.weight")
                   .value.equal(run.supernet.parameters().at("vit1.1/mlp1.weight").value));
}

TEST(FromRun, AReductionStartsWithItsPartOfTheWeights) {
  const nas::Trained run = run_of(small_space());
  const nas::Space part = changed("  - {name: mb1, width: 8}\n  - {name: vit1, depth: 0}\n");
  const nas::StartFromRun start = nas::start_from(part, run, 7);
  EXPECT_EQ(start.parameters.count("vit1.1/mlp1.weight"), 0u);
  EXPECT_TRUE(
      start.parameters.at("mb1.1/project.weight")
          .value.equal(run.supernet.parameters().at("mb1.1/project.weight").value.narrow(0, 0, 8)));
  EXPECT_NO_THROW(nas::with_roles(start.parameters, start.space.network(start.space.max())));
}

// Phase 1 on a space without transformers, phase 2 on the whole one.
TEST(FromRun, WhatARunOfAReductionLacksIsRandom) {
  const nas::Space whole = small_space();
  const nas::Trained run =
      run_of(changed("  - {name: mb1, width: 8}\n  - {name: vit1, depth: 0}\n"));
  const nas::StartFromRun start = nas::start_from(whole, run, 7);
  const nas::Parameters random = nas::Supernet(whole.network(whole.max()), 7).parameters();
  ASSERT_EQ(start.parameters.size(), random.size());
  EXPECT_TRUE(
      start.parameters.at("vit1.1/mlp1.weight").value.equal(random.at("vit1.1/mlp1.weight").value));
  const std::string name = "mb1.1/project.weight";
  const torch::Tensor mixed = start.parameters.at(name).value;
  EXPECT_TRUE(mixed.narrow(0, 0, 8).equal(run.supernet.parameters().at(name).value));
  EXPECT_TRUE(mixed.narrow(0, 8, 8).equal(random.at(name).value.narrow(0, 8, 8)));
}

TEST(FromRun, TheKernelOfARunIsTheMiddleOfALargerOne) {
  const nas::Space whole = changed("  - {name: mb1, kernel: [3, 5]}\n");
  const nas::Trained run = run_of(small_space());
  const nas::StartFromRun start = nas::start_from(whole, run, 7);
  const std::string name = "mb1.2/depthwise.weight";
  torch::Tensor mixed = start.parameters.at(name).value.clone();
  ASSERT_EQ(mixed.size(2), 5);
  torch::Tensor middle = mixed.narrow(2, 1, 3).narrow(3, 1, 3);
  EXPECT_TRUE(middle.equal(run.supernet.parameters().at(name).value));
  torch::Tensor random = nas::Supernet(whole.network(whole.max()), 7).parameters().at(name).value;
  middle.copy_(random.narrow(2, 1, 3).narrow(3, 1, 3));
  EXPECT_TRUE(mixed.equal(random)) << "around it, what was drawn";
}

TEST(FromRun, OtherSpacesAreRefusedWithTheReason) {
  const nas::Trained run = run_of(changed("  - {name: mb1, width: 8}\n"));
  EXPECT_EQ(message_of<nas::SpaceError>(
                [&] { nas::start_from(changed("  - {name: mb1, width: 16}\n"), run, 1); }),
            "space part is no reduction of part: stage mb1: width 16 is not one of: 8");
}

TEST(FromRun, ShortcutsThatTheWholeSpaceLacksAreRefused) {
  const nas::Trained run =
      run_of(changed("  - {name: conv0, width: 8}\n  - {name: mb1, width: 8}\n"));
  ASSERT_TRUE(run.space.first_adds_input(1));
  EXPECT_NE(message_of<nas::SpaceError>([&] {
              nas::start_from(small_space(), run, 1);
            }).find("stage mb1 of part had a shortcut around its first layer"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::tests
