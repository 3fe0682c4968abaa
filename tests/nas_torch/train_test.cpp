#include <gtest/gtest.h>
#include <torch/optim/adamw.h>

#include <cmath>

#include "nas/supernet/bfloat16.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/accuracy.hpp"
#include "nas/train/checkpoint.hpp"
#include "nas/train/loss.hpp"
#include "nas/train/schedule.hpp"
#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::ParameterGroup;
using nas::Phase;
using nas::Recipe;
using nas::Trainer;
using workloads::Network;

// One phase of everything, changed.
template <typename Change>
Recipe one_phase(std::int64_t steps, Change change) {
  Recipe recipe = recipe_of("vanilla", steps);
  change(recipe.phases.front());
  return recipe;
}

TEST(Schedule, WarmsUpLinearlyAndFallsAsACosine) {
  const Phase phase;
  EXPECT_EQ(nas::warm_up_steps(phase, 200), 10);
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 0, 200), 0.1);
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 9, 200), 1);
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 10, 200), 1);
  EXPECT_NEAR(nas::schedule(phase, 105, 200), 0.5, 1e-12);
  EXPECT_NEAR(nas::schedule(phase, 199, 200), 0.5 * (1 - std::cos(M_PI / 190)), 1e-12);
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 0, 1), 1);
}

// 5 % of the steps, rounded down, as when it was no setting.
TEST(Schedule, TheShareOfWarmUpIsATwentiethOfAnyNumberOfSteps) {
  const Phase phase;
  for (std::int64_t steps = 20; steps < 100'000; ++steps) {
    ASSERT_EQ(nas::warm_up_steps(phase, steps), steps / 20);
  }
  EXPECT_EQ(nas::warm_up_steps(phase, 99'999'980), 99'999'980 / 20);
}

TEST(Schedule, WarmUpDecayAndFinalRateAreThoseOfThePhase) {
  Phase phase;
  phase.warm_up = 0.5;
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 0, 100), 0.02);
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 49, 100), 1);
  phase.decay = nas::Decay::linear;
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 75, 100), 0.5);
  phase.final_rate = 0.2;
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 75, 100), 0.6);
  phase.decay = nas::Decay::cosine;
  EXPECT_NEAR(nas::schedule(phase, 75, 100), 0.6, 1e-12);
  phase.decay = nas::Decay::constant;
  EXPECT_DOUBLE_EQ(nas::schedule(phase, 99, 100), 1);
}

TEST(Loss, SmoothingIsItsClosedForm) {
  const torch::Tensor logits = torch::tensor({{1.0, 2.0, 3.0}});
  const torch::Tensor labels = torch::tensor({2});
  const double log_sum = std::log(std::exp(1.0) + std::exp(2.0) + std::exp(3.0));
  const double expected = 0.9 * (log_sum - 3) + 0.1 * (log_sum - 2);
  EXPECT_NEAR(nas::smoothed_cross_entropy(logits, labels, 0.1).item<double>(), expected, 1e-6);
}

TEST(Loss, DistillationIsTheDivergenceFromTheTeacher) {
  const torch::Tensor teacher = torch::log(torch::tensor({{0.5, 0.5}})).requires_grad_();
  const torch::Tensor student = torch::log(torch::tensor({{0.25, 0.75}})).requires_grad_();
  const torch::Tensor loss = nas::distillation_loss(student, teacher);
  EXPECT_NEAR(loss.item<double>(), 0.5 * std::log(2) + 0.5 * std::log(2.0 / 3), 1e-6);
  loss.backward();
  EXPECT_FALSE(teacher.grad().defined());
  EXPECT_NEAR(nas::distillation_loss(teacher, teacher).item<double>(), 0, 1e-7);
}

TEST(AdamW, FirstStepHasTheSizeOfTheLearningRate) {
  nas::Parameters parameters;
  const auto group = ParameterGroup::conv;
  parameters["w"] = {torch::tensor({1.F, -2.F}), group, nas::ParameterRole::weight};
  parameters["b"] = {torch::tensor({1.F}), group, nas::ParameterRole::bias};
  std::map<std::string, nas::Moments> moments;
  const nas::Tensors gradients{{"w", torch::tensor({0.3F, -7.F})}, {"b", torch::tensor({0.F})}};
  Phase phase;
  phase.weight_decay = 0.5;
  nas::adamw(parameters, moments, gradients, 0.1, 1, phase);
  EXPECT_NEAR(parameters["w"].value[0].item<double>(), 1 * 0.95 - 0.1, 1e-6);
  EXPECT_NEAR(parameters["w"].value[1].item<double>(), -2 * 0.95 + 0.1, 1e-6);
  EXPECT_EQ(parameters["b"].value[0].item<double>(), 1) << "biases do not decay";
}

TEST(AdamW, AgreesWithTorchOverManySteps) {
  torch::Tensor theirs = torch::ones({4}).requires_grad_();
  torch::optim::AdamW torch_adamw({theirs}, torch::optim::AdamWOptions(0.01).weight_decay(0.05));
  nas::Parameters ours;
  ours["w"] = {torch::ones({4}), ParameterGroup::conv, nas::ParameterRole::weight};
  std::map<std::string, nas::Moments> moments;
  for (std::int64_t i = 1; i <= 20; ++i) {
    const torch::Tensor gradient = torch::rand({4}) - 0.4;
    theirs.mutable_grad() = gradient.clone();
    torch_adamw.step();
    nas::adamw(ours, moments, {{"w", gradient}}, 0.01, i, Phase{});
  }
  EXPECT_LT((theirs - ours["w"].value).abs().max().item<double>(), 1e-6);
}

TEST(AdamW, ClipsTheCommonNorm) {
  nas::Tensors gradients{{"a", torch::tensor({3.F})}, {"b", torch::tensor({4.F})}};
  EXPECT_DOUBLE_EQ(nas::clip_norm(gradients, 1), 5);
  EXPECT_FLOAT_EQ(gradients["a"].item<float>(), 0.6F);
  EXPECT_NEAR(nas::clip_norm(gradients, 2), 1, 1e-6);
  EXPECT_FLOAT_EQ(gradients["b"].item<float>(), 0.8F) << "within the limit nothing changes";
}

// By automatic differentiation through the slices of the shared tensors.
TEST(Sandwich, GradientsAreTheMeanOfThoseOfSingleSubnets) {
  const nas::Space space = small_space();
  nas::Random random(4);
  const std::vector<Network> subnets{
      space.network(space.max()), space.network(space.sample(random)), space.network(space.min())};
  nas::Supernet supernet(subnets[0], 3);
  const nas::Labelled batch = bright_corners(16, 1);
  Phase phase;
  phase.dropout = phase.drop_connect = 0;
  const nas::SandwichGradients ours = nas::sandwich_gradients(
      supernet.parameters(), subnets, phase, batch, {}, at::detail::createCPUGenerator(1));
  for (auto& [name, p] : supernet.parameters()) p.value.requires_grad_();
  for (const Network& subnet : subnets) {
    const torch::Tensor logits = supernet.forward(subnet, batch.images, {});
    (nas::smoothed_cross_entropy(logits, batch.labels, 0.1) / 3).backward();
  }
  ASSERT_EQ(ours.gradients.size(), supernet.parameters().size());
  for (const auto& [name, p] : supernet.parameters()) {
    EXPECT_LT((ours.gradients.at(name) - p.value.grad()).abs().max().item<float>(), 1e-6) << name;
  }
}

TEST(Trainer, FrozenParametersStayToTheBit) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("tpi-freeze", 8), seed());
  const nas::Parameters start = nas::copied(trainer.state().parameters);
  train(trainer, 4);
  const nas::Parameters middle = nas::copied(trainer.state().parameters);
  train(trainer, 8);
  const auto changed = [](const nas::Parameters& a, const nas::Parameters& b,
                          const std::string& name) {
    return !a.at(name).value.equal(b.at(name).value);
  };
  for (const auto& [name, parameter] : trainer.state().parameters) {
    const ParameterGroup group = parameter.group;
    EXPECT_EQ(changed(start, middle, name), group != ParameterGroup::vit) << name;
    const bool trained = group == ParameterGroup::vit || group == ParameterGroup::batch_norm;
    EXPECT_EQ(changed(middle, trainer.state().parameters, name), trained) << name;
  }
}

TEST(Trainer, UnfreezeTrainsEverythingInTheEnd) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("tpi-unfreeze", 4), seed());
  train(trainer, 2);
  const nas::Parameters middle = nas::copied(trainer.state().parameters);
  train(trainer, 4);
  for (const auto& [name, parameter] : trainer.state().parameters) {
    EXPECT_FALSE(parameter.value.equal(middle.at(name).value)) << name;
  }
}

TEST(Trainer, GoesOnToTheSameBitsAfterItsCheckpoint) {
  const nas::Space space = small_space();
  for (const char* name : {"vanilla", "tpi-freeze"}) {
    Trainer straight(space, recipe_of(name, 6), seed());
    train(straight, 6);
    for (const std::int64_t stop : {1, 3, 5}) {
      Trainer first(space, recipe_of(name, 6), seed());
      train(first, stop);
      const std::string bytes = bytes_of(first);
      Trainer second(space, recipe_of(name, 6), seed());
      second.restore(nas::checkpoint_of(bytes, "memory").state);
      EXPECT_EQ(bytes_of(second), bytes);
      train(second, 6);
      EXPECT_EQ(bytes_of(second), bytes_of(straight)) << name << " stopped at " << stop;
    }
  }
}

TEST(Trainer, TheSeedDecidesEverything) {
  const nas::Space space = small_space();
  const auto trained = [&](std::uint64_t number) {
    Trainer trainer(space, recipe_of("vanilla", 3), seed(number));
    train(trainer, 3);
    return bytes_of(trainer);
  };
  EXPECT_EQ(trained(1), trained(1));
  EXPECT_NE(trained(1), trained(2));
}

TEST(Trainer, StopsWhereTheLossIsNoNumber) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("vanilla", 3), seed());
  train(trainer, 1);
  const std::string before = bytes_of(trainer);
  nas::Labelled broken = bright_corners(16, 1);
  broken.images[3][0][0][0] = std::nanf("");
  const std::string message = message_of<nas::Diverged>([&] { trainer.step(broken); });
  EXPECT_EQ(message.rfind("step 2: the loss is nan", 0), 0U) << message;
  EXPECT_EQ(bytes_of(trainer), before);
}

TEST(Trainer, OverfitsAFewImagesAndMeasuresIt) {
  const nas::Space space = small_space();
  for (const nas::Distillation distillation : kEnumValues<nas::Distillation>) {
    const Recipe recipe = one_phase(60, [&](Phase& phase) {
      phase.learning_rate = 1e-2;
      phase.distillation = distillation;
    });
    Trainer trainer(space, recipe, seed());
    const nas::Labelled images = bright_corners(64, 5);
    const double first = trainer.step(images).loss_max;
    double last = first;
    while (!trainer.done()) last = trainer.step(images).loss_max;
    EXPECT_LT(last, 0.7 * first);
    const nas::Supernet supernet(trainer.state().parameters);
    const nas::EvaluationImages same{{images.images}, {images}};
    nas::SupernetAccuracy accuracy(space, supernet, same);
    EXPECT_GT(accuracy.evaluate({space.max()}).front(), 0.9);
    EXPECT_GT(accuracy.evaluate({space.min()}).front(), 0.5);
    EXPECT_EQ(accuracy.evaluate({space.max(), space.max()}),
              std::vector<double>(2, accuracy.evaluate({space.max()}).front()));
  }
}

TEST(Trainer, Bfloat16LearnsToo) {
  if (const auto fault = nas::bfloat16_fault()) GTEST_SKIP() << *fault;
  const nas::Space space = small_space();
  nas::TrainerOptions options = seed();
  options.bf16 = true;
  Trainer trainer(space, recipe_of("vanilla", 30), options);
  const nas::Labelled images = bright_corners(32, 5);
  const double first = trainer.step(images).loss;
  double last = first;
  while (!trainer.done()) last = trainer.step(images).loss;
  EXPECT_LT(last, first);
}

TEST(Trainer, StepsThatItsTrainingDoesNotHaveAreRefused) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("vanilla", 3), seed());
  for (const std::int64_t step : {-1, 4, 9}) {
    nas::TrainerState state = trainer.state();
    state.step = step;
    EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.restore(state); }),
              "step " + std::to_string(step) + " of a training of 3 steps");
  }
}

}  // namespace
}  // namespace h4h::tests
