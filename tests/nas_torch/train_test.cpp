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
using nas::Recipe;
using nas::Trainer;
using workloads::Network;

const Recipe& recipe(const char* name) { return *nas::find_recipe(name); }

TEST(Recipes, DealStepsByLength) {
  const std::vector<nas::PhaseSpan> spans = nas::spans(recipe("tpi-freeze"), 660);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].end, 360);
  EXPECT_EQ(spans[1].begin, 360);
  EXPECT_EQ(spans[1].end, 660);
  EXPECT_EQ(nas::spans(recipe("tpi-unfreeze"), 2)[0].end, 1);
  EXPECT_EQ(nas::spans(recipe("vanilla"), 7)[0].end, 7);
  EXPECT_THROW(nas::spans(recipe("tpi-freeze"), 1), std::invalid_argument);
}

TEST(Recipes, CnnOnlyDrawsNoTransformer) {
  const nas::Space space = small_space();
  const nas::Subspace subspace(space, nas::SubspaceKind::cnn_only);
  nas::Random random(1);
  for (int i = 0; i < 20; ++i) {
    const Network network = space.network(i == 0 ? subspace.max() : subspace.sample(random));
    for (const workloads::Layer& layer : network.layers) {
      EXPECT_NE(layer.block, workloads::Block::vit);
    }
  }
}

TEST(Schedule, WarmsUpLinearlyAndFallsAsACosine) {
  EXPECT_EQ(nas::warm_up_steps(200), 10);
  EXPECT_DOUBLE_EQ(nas::schedule(0, 200), 0.1);
  EXPECT_DOUBLE_EQ(nas::schedule(9, 200), 1);
  EXPECT_DOUBLE_EQ(nas::schedule(10, 200), 1);
  EXPECT_NEAR(nas::schedule(105, 200), 0.5, 1e-12);
  EXPECT_NEAR(nas::schedule(199, 200), 0.5 * (1 - std::cos(M_PI / 190)), 1e-12);
  EXPECT_DOUBLE_EQ(nas::schedule(0, 1), 1);
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
  nas::adamw(parameters, moments, gradients, 0.1, 1, {0.9, 0.999, 1e-8, 0.5});
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
    nas::adamw(ours, moments, {{"w", gradient}}, 0.01, i, {});
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
  nas::LossOptions options;
  options.dropout = options.drop_connect = 0;
  const nas::GroupSet all{ParameterGroup::conv, ParameterGroup::batch_norm, ParameterGroup::head,
                          ParameterGroup::vit};
  const nas::SandwichGradients ours = nas::sandwich_gradients(
      supernet.parameters(), subnets, all, batch, options, at::detail::createCPUGenerator(1));
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
  Trainer trainer(space, recipe("tpi-freeze"), options_of(8));
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
  Trainer trainer(space, recipe("tpi-unfreeze"), options_of(4));
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
    Trainer straight(space, recipe(name), options_of(6));
    train(straight, 6);
    for (const std::int64_t stop : {1, 3, 5}) {
      Trainer first(space, recipe(name), options_of(6));
      train(first, stop);
      const std::string bytes = bytes_of(first);
      Trainer second(space, recipe(name), options_of(6));
      second.restore(nas::checkpoint_of(bytes, "memory").state);
      EXPECT_EQ(bytes_of(second), bytes);
      train(second, 6);
      EXPECT_EQ(bytes_of(second), bytes_of(straight)) << name << " stopped at " << stop;
    }
  }
}

TEST(Trainer, TheSeedDecidesEverything) {
  const nas::Space space = small_space();
  const auto trained = [&](std::uint64_t seed) {
    Trainer trainer(space, recipe("vanilla"), options_of(3, seed));
    train(trainer, 3);
    return bytes_of(trainer);
  };
  EXPECT_EQ(trained(1), trained(1));
  EXPECT_NE(trained(1), trained(2));
}

TEST(Trainer, StopsWhereTheLossIsNoNumber) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe("vanilla"), options_of(3));
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
  for (const nas::Distillation distillation : {nas::Distillation::none, nas::Distillation::kl}) {
    nas::TrainerOptions options = options_of(60);
    options.learning_rate = 1e-2;
    options.loss.distillation = distillation;
    Trainer trainer(space, recipe("vanilla"), options);
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
  nas::TrainerOptions options = options_of(30);
  options.loss.bf16 = true;
  Trainer trainer(space, recipe("vanilla"), options);
  const nas::Labelled images = bright_corners(32, 5);
  const double first = trainer.step(images).loss;
  double last = first;
  while (!trainer.done()) last = trainer.step(images).loss;
  EXPECT_LT(last, first);
}

TEST(Trainer, StepsThatItsTrainingDoesNotHaveAreRefused) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe("vanilla"), options_of(3));
  for (const std::int64_t step : {-1, 4, 9}) {
    nas::TrainerState state = trainer.state();
    state.step = step;
    EXPECT_EQ(message_of<std::invalid_argument>([&] { trainer.restore(state); }),
              "step " + std::to_string(step) + " of a training of 3 steps");
  }
}

}  // namespace
}  // namespace h4h::tests
