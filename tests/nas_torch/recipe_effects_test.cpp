// What each key of a recipe does to a training.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/program_files.hpp"
#include "base/text/hash.hpp"
#include "nas/supernet/supernet.hpp"
#include "nas/train/loss.hpp"
#include "nas/train/sandwich.hpp"
#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::Combination;
using nas::ParameterGroup;
using nas::Phase;
using nas::SubnetKind;
using nas::Tensors;
using nas::Trainer;
using workloads::Network;

struct Step {
  nas::Space space = small_space();
  std::vector<Network> subnets = [this] {
    nas::Random random(4);
    return std::vector{space.network(space.max()), space.network(space.sample(random)),
                       space.network(space.sample(random)), space.network(space.min())};
  }();
  nas::Parameters parameters = nas::Supernet(subnets[0], 3).parameters();
  nas::Labelled batch = bright_corners(16, 1);

  nas::SandwichGradients of(const Phase& phase, bool projects = false) const {
    return of(phase, subnets, projects);
  }
  nas::SandwichGradients of(const Phase& phase, const std::vector<Network>& networks,
                            bool projects = false) const {
    return nas::sandwich_gradients(parameters, networks, phase, batch, {false, projects},
                                   at::detail::createCPUGenerator(1));
  }
};

Phase without_dropout() {
  Phase phase;
  phase.dropout = phase.drop_connect = 0;
  return phase;
}

double product(const torch::Tensor& a, const torch::Tensor& b) {
  return (a * b).sum().item<double>();
}

TEST(RecipeEffects, SumIsFourTimesTheMeanOfFour) {
  const Step step;
  Phase phase = without_dropout();
  const Tensors mean = step.of(phase).gradients;
  phase.gradients = Combination::sum;
  const Tensors sum = step.of(phase).gradients;
  for (const auto& [name, gradient] : sum) {
    EXPECT_TRUE(torch::allclose(gradient, 4 * mean.at(name), 1e-4, 1e-6)) << name;
  }
}

TEST(RecipeEffects, ProjectionMakesConflictingGradientsNonConflicting) {
  const torch::Tensor largest = torch::tensor({1.F, 2.F}), others = torch::tensor({1.F, -2.F});
  ASSERT_LT(product(largest, others), 0);
  const torch::Tensor sum = nas::projected_sum(largest, others);
  // What is left of the largest network's is at right angles to the others'.
  EXPECT_NEAR(product(sum - others, others), 0, 1e-5);
  EXPECT_GT(product(sum, others), 0);
  EXPECT_LE(product(largest + others, others), product(sum, others));
}

TEST(RecipeEffects, ProjectionLeavesAlignedGradientsAlone) {
  const torch::Tensor a = torch::tensor({1.F, 2.F}), b = torch::tensor({3.F, 1.F});
  EXPECT_TRUE(nas::projected_sum(a, b).equal(a + b));
}

// As in NASViT's code: others much smaller than what they are opposed to grow threefold at most.
TEST(RecipeEffects, ProjectionAddsAtMostTwiceTheOthers) {
  const torch::Tensor largest = torch::tensor({-10.F, 1.F}), others = torch::tensor({1.F, 0.F});
  EXPECT_TRUE(torch::allclose(nas::projected_sum(largest, others), largest + 3 * others));
}

TEST(RecipeEffects, ProjectionIsTakenTensorByTensor) {
  const Step step;
  Phase phase = without_dropout();
  phase.gradients = Combination::projection;
  const Tensors mean = step.of(phase, false).gradients;
  const Tensors projected = step.of(phase, true).gradients;
  Tensors largest = step.of(phase, {step.subnets[0]}).gradients;
  int conflicts = 0;
  for (const auto& [name, gradient] : projected) {
    const torch::Tensor of_largest = largest.at(name) / 4;
    const torch::Tensor others = mean.at(name) - of_largest;
    const bool conflict = product(of_largest, others) < -1e-12;
    conflicts += conflict ? 1 : 0;
    EXPECT_TRUE(torch::allclose(gradient, nas::projected_sum(of_largest, others), 1e-3, 1e-6))
        << name;
    if (!conflict) {
      EXPECT_TRUE(torch::allclose(gradient, mean.at(name), 1e-3, 1e-6)) << name;
    }
  }
  EXPECT_GT(conflicts, 0) << "the test needs one";
}

TEST(RecipeEffects, ProjectionBeginsWhenThePhaseSaysSo) {
  const nas::Space space = small_space();
  const auto after = [&](Combination gradients, double from, std::int64_t steps) {
    nas::Recipe recipe = recipe_of("vanilla", 4);
    recipe.phases[0].gradients = gradients;
    recipe.phases[0].projection_from = from;
    Trainer trainer(space, recipe, seed());
    train(trainer, steps);
    return text_hash(bytes_of(trainer));
  };
  const auto late = [&](std::int64_t steps) { return after(Combination::projection, 0.5, steps); };
  EXPECT_EQ(late(2), after(Combination::mean, 0, 2));
  EXPECT_NE(late(3), after(Combination::mean, 0, 3));
  EXPECT_NE(after(Combination::projection, 0, 1), after(Combination::mean, 0, 1));
}

// Images that lose nothing have the losses that they have without dropout.
TEST(RecipeEffects, DropoutAndDropConnectAreOfTheNamedNetworksAlone) {
  const Step step;
  const std::vector<double> plain = step.of(without_dropout()).losses;
  for (const bool dropout : {true, false}) {
    for (const SubnetKind kind : kEnumValues<SubnetKind>) {
      Phase phase = without_dropout();
      (dropout ? phase.dropout : phase.drop_connect) = 0.5;
      phase.regularised = {kind};
      const std::vector<double> losses = step.of(phase).losses;
      const std::vector<SubnetKind> kinds{SubnetKind::largest, SubnetKind::random,
                                          SubnetKind::random, SubnetKind::smallest};
      for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] != kind) {
          EXPECT_EQ(losses[i], plain[i]) << to_string(kind) << i;
        } else if (dropout || kind == SubnetKind::largest) {  // others may have no residual branch
          EXPECT_NE(losses[i], plain[i]) << to_string(kind) << i;
        }
      }
    }
  }
}

TEST(RecipeEffects, LabelSmoothingAndDistillationAreThoseOfThePhase) {
  const Step step;
  Phase phase = without_dropout();
  phase.label_smoothing = 0;
  const std::vector<double> sharp = step.of(phase).losses;
  const auto logits = [&](const Network& network) {
    return nas::Supernet(step.parameters).forward(network, step.batch.images, {});
  };
  const torch::Tensor largest = logits(step.subnets[0]), smallest = logits(step.subnets[3]);
  EXPECT_NEAR(
      sharp[0],
      -largest.log_softmax(1).gather(1, step.batch.labels.unsqueeze(1)).mean().item<double>(),
      1e-5);
  phase.distillation = nas::Distillation::kl;
  const std::vector<double> kl = step.of(phase).losses;
  EXPECT_EQ(kl[0], sharp[0]) << "the largest has no teacher";
  EXPECT_NEAR(kl[3], nas::distillation_loss(smallest, largest).item<double>(), 1e-5);
  phase.distillation = nas::Distillation::alpha_divergence;
  EXPECT_NEAR(step.of(phase).losses[3],
              nas::alpha_divergence_loss(smallest, largest).item<double>(), 1e-5);
}

// Probabilities 1/2, 1/2 of the teacher and 1/4, 3/4 of the student.
TEST(AlphaDivergence, IsTheLargerOfBoth) {
  const torch::Tensor teacher = torch::log(torch::tensor({{0.5, 0.5}}));
  const torch::Tensor student = torch::log(torch::tensor({{0.25, 0.75}}));
  const double kl = 0.5 * std::log(2) + 0.5 * std::log(2.0 / 3);
  const double minus = 0.5 * (0.25 * 0.5 + 0.75 * 1.5 - 1);  // sum q (q / p - 1) / 2
  EXPECT_NEAR(nas::alpha_divergence_loss(student, teacher).item<double>(), std::max(kl, minus),
              1e-6);
  EXPECT_NEAR(nas::alpha_divergence_loss(teacher, teacher).item<double>(), 0, 1e-6);
}

TEST(AlphaDivergence, RatiosOfTheStudentAreAtMost5) {
  const torch::Tensor teacher = torch::log(torch::tensor({{0.01, 0.99}}));
  const torch::Tensor student = torch::log(torch::tensor({{0.9, 0.1}}));
  const double kl = 0.01 * std::log(0.01 / 0.9) + 0.99 * std::log(0.99 / 0.1);
  const double clipped = 0.5 * (0.9 * (5 - 1) + 0.1 * (0.1 / 0.99 - 1));
  EXPECT_NEAR(nas::alpha_divergence_loss(student, teacher).item<double>(), std::max(kl, clipped),
              1e-5);
}

// Where alpha 1 is chosen the gradient is that of the Kullback-Leibler divergence; elsewhere that
// of the divergence of alpha -1, both by numbers.
TEST(AlphaDivergence, ItsGradientIsThatOfTheDivergenceThatWasChosen) {
  const torch::Tensor teacher = torch::tensor({{0.3, -0.2, 0.1}}, torch::kDouble);
  for (const double shift : {0.8, -0.8}) {
    torch::Tensor student = torch::tensor({{0.1 + shift, 0.2, -0.3}}, torch::kDouble);
    student.requires_grad_();
    nas::alpha_divergence_loss(student, teacher).backward();
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < 3; ++i) {
      torch::Tensor up = student.detach().clone(), down = up.clone();
      up[0][i] += kStep;
      down[0][i] -= kStep;
      const double slope = (nas::alpha_divergence_loss(up, teacher).item<double>() -
                            nas::alpha_divergence_loss(down, teacher).item<double>()) /
                           (2 * kStep);
      EXPECT_NEAR(student.grad()[0][i].item<double>(), slope, 1e-6) << shift << " " << i;
    }
  }
}

TEST(AlphaDivergence, NoGradientFlowsIntoTheTeacher) {
  const torch::Tensor teacher = torch::rand({2, 3}).requires_grad_();
  const torch::Tensor student = torch::rand({2, 3}).requires_grad_();
  nas::alpha_divergence_loss(student, teacher).backward();
  EXPECT_FALSE(teacher.grad().defined());
  EXPECT_TRUE(student.grad().defined());
}

TEST(RecipeEffects, ClipLimitsTheNorm) {
  const Step step;
  Phase phase = without_dropout();
  Tensors gradients = step.of(phase).gradients;
  const double norm = nas::clip_norm(gradients, 1e-3);
  EXPECT_GT(norm, 1e-3);
  EXPECT_NEAR(nas::clip_norm(gradients, 1e-3), 1e-3, 1e-8);
  Tensors unclipped = step.of(phase).gradients;
  EXPECT_EQ(nas::clip_norm(unclipped, nas::kNoClip), norm);
  EXPECT_EQ(nas::clip_norm(unclipped, nas::kNoClip), norm) << "as they were";
}

TEST(RecipeEffects, GroupsHaveRatesAndDecaysOfTheirOwn) {
  nas::Parameters parameters;
  const auto one = torch::ones({1});
  parameters["c"] = {one.clone(), ParameterGroup::conv, nas::ParameterRole::weight};
  parameters["v"] = {one.clone(), ParameterGroup::vit, nas::ParameterRole::weight};
  parameters["h"] = {one.clone(), ParameterGroup::head, nas::ParameterRole::weight};
  Phase phase;
  phase.weight_decay = 0.5;
  phase.groups[static_cast<std::size_t>(ParameterGroup::vit)].learning_rate_factor = 0.5;
  phase.groups[static_cast<std::size_t>(ParameterGroup::head)].weight_decay = 0;
  std::map<std::string, nas::Moments> moments;
  nas::adamw(parameters, moments, {{"c", one}, {"v", one}, {"h", one}}, 0.1, 1, phase);
  EXPECT_NEAR(parameters["c"].value.item<double>(), 1 * (1 - 0.05) - 0.1, 1e-6);
  EXPECT_NEAR(parameters["v"].value.item<double>(), 1 * (1 - 0.025) - 0.05, 1e-6);
  EXPECT_NEAR(parameters["h"].value.item<double>(), 1 - 0.1, 1e-6);
}

// Steps with a key changed are other steps; the number of networks is that of the losses.
TEST(RecipeEffects, EverySettingOfAPhaseReachesTheTrainer) {
  const nas::Space space = small_space();
  const auto trained = [&](const std::function<void(Phase&)>& change) {
    nas::Recipe recipe = recipe_of("vanilla", 10);
    change(recipe.phases.front());
    Trainer trainer(space, recipe, seed());
    train(trainer, 5);
    return text_hash(bytes_of(trainer));
  };
  const std::string plain = trained([](Phase&) {});
  const std::map<std::string, std::function<void(Phase&)>> changes{
      {"subspace", [](Phase& p) { p.subspace = nas::SubspaceKind::cnn_only; }},
      {"trained", [](Phase& p) { p.trained = {ParameterGroup::vit}; }},
      {"networks", [](Phase& p) { p.networks = 3; }},
      {"learning_rate", [](Phase& p) { p.learning_rate = 0.01; }},
      {"warm_up", [](Phase& p) { p.warm_up = 0.5; }},
      {"decay", [](Phase& p) { p.decay = nas::Decay::linear; }},
      {"final_rate", [](Phase& p) { p.final_rate = 0.5; }},
      {"weight_decay", [](Phase& p) { p.weight_decay = 0; }},
      {"clip", [](Phase& p) { p.clip = 0.01; }},
      {"label_smoothing", [](Phase& p) { p.label_smoothing = 0; }},
      {"distillation", [](Phase& p) { p.distillation = nas::Distillation::kl; }},
      {"dropout", [](Phase& p) { p.dropout = 0; }},
      {"drop_connect", [](Phase& p) { p.drop_connect = 0.5; }},
      {"regularised", [](Phase& p) { p.regularised = {}; }},
      {"gradients", [](Phase& p) { p.gradients = Combination::sum; }},
      {"groups", [](Phase& p) { p.groups[0].learning_rate_factor = 0; }}};
  for (const auto& [key, change] : changes) EXPECT_NE(trained(change), plain) << key;
}

// As under tpi-freeze-bn: the smallest network has no transformer, and so no gradient.
TEST(RecipeEffects, NetworksWithoutATrainedParameterCountForNothing) {
  const Step step;
  Phase phase = without_dropout();
  phase.trained = {ParameterGroup::vit};
  const Tensors four = step.of(phase).gradients;
  const Tensors largest = step.of(phase, {step.subnets[0]}).gradients;
  const Tensors both = step.of(phase, {step.subnets[0], step.subnets[3]}).gradients;
  ASSERT_EQ(four.size(), largest.size());
  for (const auto& [name, gradient] : both) {
    EXPECT_TRUE(torch::allclose(gradient, largest.at(name) / 2)) << name;
  }
  const nas::SandwichGradients smallest = step.of(phase, {step.subnets[3]});
  EXPECT_GT(smallest.losses.front(), 0);
  for (const auto& [name, gradient] : smallest.gradients) {
    EXPECT_EQ(gradient.abs().max().item<double>(), 0) << name;
  }
}

TEST(RecipeEffects, EveryShippedRecipeTrains) {
  const nas::Space space = small_space();
  for (const std::string& name : shipped_names("recipes")) {
    const nas::Recipe recipe = nas::with_lengths(nas::load_recipe(name), {4, {}, 1}, space);
    Trainer trainer(space, recipe, seed());
    while (!trainer.done()) EXPECT_GT(trainer.step(bright_corners(16, 1)).loss, 0) << name;
  }
}

TEST(RecipeEffects, ALaterPhaseMayStartFromRandomWeights) {
  const nas::Space space = small_space();
  nas::Recipe recipe = recipe_of("tpi-unfreeze", 6);
  const std::int64_t first = *recipe.phases[0].steps;
  const auto after_phase_2_began = [&](nas::Start start) {
    recipe.phases[1].start = start;
    Trainer trainer(space, recipe, seed());
    train(trainer, first + 1);
    return nas::copied(trainer.state().parameters);
  };
  const nas::Parameters anew = after_phase_2_began(nas::Start::random);
  const nas::Parameters on = after_phase_2_began(nas::Start::previous);
  const nas::Parameters initial = nas::Supernet(space.network(space.max()), 1).parameters();
  double moved_anew = 0, moved_on = 0;
  for (const auto& [name, parameter] : initial) {
    moved_anew += (anew.at(name).value - parameter.value).square().sum().item<double>();
    moved_on += (on.at(name).value - parameter.value).square().sum().item<double>();
  }
  EXPECT_LT(moved_anew, moved_on) << "one step against several";
}

TEST(RecipeEffects, APhaseStartsTheOptimiserAnew) {
  const nas::Space space = small_space();
  Trainer trainer(space, recipe_of("tpi-freeze", 8), seed());
  train(trainer, 4);
  EXPECT_EQ(trainer.phase_index(), 1u);
  EXPECT_TRUE(trainer.state().moments.count("conv0.weight"));
  train(trainer, 5);
  EXPECT_FALSE(trainer.state().moments.count("conv0.weight"));
}

}  // namespace
}  // namespace h4h::tests
