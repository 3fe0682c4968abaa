#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/program_files.hpp"
#include "nas/recipe/compute.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/recipe/settings.hpp"
#include "nas/recipe/subspace.hpp"
#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;
using tests::TemporaryFolder;
using Group = ParameterGroup;

const std::string kOnePhase = "phases:\n  - {name: a, epochs: 10}\n";

class Recipes : public ::testing::Test {
 protected:
  Recipe recipe(const std::string& text) {
    return load_recipe(folder_.write("r.yaml", text).string());
  }
  // What is wrong with a file, without its folder.
  std::string problem(const std::string& text) {
    std::string message = message_of<RecipeError>([&] { recipe(text); });
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at = 0; (at = message.find(prefix)) != std::string::npos;) {
      message.erase(at, prefix.size());
    }
    return message;
  }
  Recipe long_as(const Recipe& recipe, const TrainingLength& asked) {
    return with_lengths(recipe, asked, toy_);
  }
  std::vector<std::int64_t> steps(const Recipe& recipe, const TrainingLength& asked) {
    std::vector<std::int64_t> all;
    for (const Phase& phase : long_as(recipe, asked).phases) all.push_back(*phase.steps);
    return all;
  }

  TemporaryFolder folder_;
  Space toy_ = load_space("toy");
};

using Steps = std::vector<std::int64_t>;

// What `h4h train` did before recipes were files, key by key.
TEST_F(Recipes, TheFourOfThePaperAreThoseThatWereBuiltIn) {
  const GroupSet cnn{Group::conv, Group::batch_norm, Group::head};
  const GroupSet transformers{Group::vit, Group::batch_norm};
  const std::map<std::string, std::vector<std::pair<std::string, GroupSet>>> expected{
      {"vanilla", {{"whole", kAllGroups}}},
      {"cnn-only", {{"cnn", cnn}}},
      {"tpi-freeze", {{"cnn", cnn}, {"vit", transformers}}},
      {"tpi-unfreeze", {{"cnn", cnn}, {"vit", kAllGroups}}}};
  for (const auto& [name, phases] : expected) {
    const Recipe recipe = load_recipe(name);
    EXPECT_EQ(recipe.name, name);
    EXPECT_EQ(recipe.steps, 800) << name;
    ASSERT_EQ(recipe.phases.size(), phases.size()) << name;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const Phase& phase = recipe.phases[i];
      EXPECT_EQ(phase.name, phases[i].first);
      EXPECT_EQ(phase.trained, phases[i].second) << name;
      EXPECT_EQ(phase.subspace == SubspaceKind::cnn_only, phase.name == "cnn") << name;
      EXPECT_EQ(phase.epochs, phase.name == "vit" ? 300 : 360) << name;
      EXPECT_EQ(phase.start, i == 0 ? Start::random : Start::previous);
    }
  }
  EXPECT_EQ(format_recipe(long_as(load_recipe("vanilla"), {})),
            "name: \"vanilla\"\n"
            "phases:\n"
            "  - name: \"whole\"\n"
            "    steps: 800\n"
            "    start: random\n"
            "    subspace: whole\n"
            "    trained: [conv, batch_norm, head, vit]\n"
            "    networks: 4\n"
            "    learning_rate: 0.006\n"
            "    warm_up: 0.05\n"
            "    decay: cosine\n"
            "    final_rate: 0\n"
            "    weight_decay: 0.05\n"
            "    clip: 1\n"
            "    label_smoothing: 0.1\n"
            "    distillation: none\n"
            "    dropout: 0.2\n"
            "    drop_connect: 0.2\n"
            "    regularised: [largest]\n"
            "    augmentation: crop_flip\n"
            "    gradients: mean\n"
            "    projection_from: 0\n"
            "    groups: {conv: {learning_rate_factor: 1}, batch_norm: {learning_rate_factor: 1}, "
            "head: {learning_rate_factor: 1}, vit: {learning_rate_factor: 1}}\n");
}

TEST_F(Recipes, EveryShippedOneIsReadAndIsTheSameWhenItIsReadAgain) {
  EXPECT_GE(shipped_names("recipes").size(), 8u);
  for (const std::string& name : shipped_names("recipes")) {
    const Recipe known = with_lengths(load_recipe(name), {100, {}, 7}, load_space("h4h-32-mini"));
    EXPECT_EQ(known.name, name);
    EXPECT_NE(known.summary, "");
    const std::string text = format_recipe(known);
    EXPECT_EQ(format_recipe(parse_recipe(text, "memory")), text);
  }
}

TEST_F(Recipes, ControlsDifferFromTheirRecipeInOneThing) {
  const auto second = [](const char* name) { return load_recipe(name).phases.back(); };
  EXPECT_EQ(second("tpi-freeze-head").trained,
            (GroupSet{Group::vit, Group::batch_norm, Group::head}));
  EXPECT_EQ(second("tpi-freeze-bn").trained, GroupSet{Group::vit});
  EXPECT_EQ(second("vanilla-projection").gradients, Combination::projection);
  EXPECT_EQ(second("vanilla-projection").projection_from, 0.25);
  EXPECT_EQ(second("vanilla-equal-compute").compute_of->name, "tpi-freeze");
}

TEST_F(Recipes, AreNamedWithOrWithoutTheirFolder) {
  for (const char* const name : {"vanilla", "recipes/vanilla.yaml", "nas/recipes/vanilla.yaml"}) {
    EXPECT_EQ(load_recipe(name).name, "vanilla") << name;
  }
}

// A value for each key that is not its default.
const std::map<std::string, std::string> kOther{
    {"subspace", "cnn-only"},  {"trained", "[vit]"},       {"networks", "6"},
    {"learning_rate", "0.01"}, {"warm_up", "0.1"},         {"decay", "linear"},
    {"final_rate", "0.02"},    {"weight_decay", "0"},      {"clip", "none"},
    {"label_smoothing", "0"},  {"distillation", "kl"},     {"dropout", "0"},
    {"drop_connect", "0.1"},   {"regularised", "[]"},      {"augmentation", "none"},
    {"gradients", "sum"},      {"projection_from", "0.5"}, {"groups", "{vit: {weight_decay: 0}}"}};

TEST_F(Recipes, EveryKeyIsReadForAllPhasesAndForOne) {
  const std::string plain = format_recipe(long_as(recipe(kOnePhase), {}));
  for (const Setting& setting : settings()) {
    const std::string line =
        fmt::format("{}: {}", setting.key, kOther.at(std::string(setting.key)));
    const std::string all = format_recipe(long_as(recipe(line + "\n" + kOnePhase), {}));
    EXPECT_NE(all, plain) << line;
    const std::string one =
        format_recipe(long_as(recipe("phases:\n  - {name: a, epochs: 10, " + line + "}\n"), {}));
    EXPECT_EQ(one, all) << line;
  }
}

TEST_F(Recipes, APhasesOwnValueIsBeforeThatOfAllPhases) {
  const Recipe r = recipe(
      "dropout: 0.5\nphases:\n  - {name: a, steps: 2, dropout: 0}\n  - {name: b, steps: 2}\n");
  EXPECT_EQ(r.phases[0].dropout, 0);
  EXPECT_EQ(r.phases[1].dropout, 0.5);
  EXPECT_EQ(r.phases[0].start, Start::random);
  EXPECT_EQ(r.phases[1].start, Start::previous);
}

TEST_F(Recipes, ExtendOthersByTheNamesOfPhases) {
  folder_.write("base.yaml",
                "clip: 2\nphases:\n  - {name: a, steps: 2}\n  - {name: b, epochs: 3, clip: 3}\n");
  const Recipe r = recipe(
      "extends: base\nclip: 4\nphases:\n  - {name: a, epochs: 5, start: run, networks: 2}\n");
  EXPECT_EQ(r.name, "r");
  EXPECT_EQ(r.phases[0].clip, 4);
  EXPECT_EQ(r.phases[1].clip, 3) << "the phase's own value";
  EXPECT_EQ(r.phases[0].epochs, 5);
  EXPECT_FALSE(r.phases[0].steps);
  EXPECT_EQ(r.phases[0].start, Start::run);
  EXPECT_EQ(r.phases[0].networks, 2);
  EXPECT_EQ(recipe("extends: vanilla\n").phases.front().epochs, 360) << "a shipped one";
}

TEST_F(Recipes, WrongFilesAreNamedByLine) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"name: x\n", "r.yaml:1: 'phases' is missing"},
      {"phases: []\n", "r.yaml:1: phases must be a list of 1..32"},
      {"phases:\n  - a\n", "r.yaml:2: phases: every entry is a map"},
      {"phases:\n  - {epochs: 3}\n", "r.yaml:2: phase: 'name' is missing"},
      {"phases:\n  - {name: a}\n",
       "r.yaml:2: phase 'a': its length is missing: epochs, steps or compute_of"},
      {"phases:\n  - {name: a, epochs: 3, steps: 4}\n",
       "r.yaml:2: phase 'a': epochs, steps and compute_of: give one of them"},
      {"phases:\n  - {name: a, epochs: 0}\n",
       "r.yaml:2: phase 'a': epochs must be a whole number 1..1000000, not '0'"},
      {"phases:\n  - {name: a, epochs: 1}\n  - {name: a, epochs: 1}\n",
       "r.yaml:3: phase 'a': its name is taken"},
      {"phases:\n  - {name: a b, epochs: 1}\n", "r.yaml:2: phase 'a b': a name is at most 64"},
      {"phases:\n  - {name: a, epochs: 1, rate: 3}\n",
       "r.yaml:2: phase 'a': unknown key 'rate'; allowed: name, start, subspace, trained"},
      {"phases:\n  - {name: a, epochs: 1, start: previous}\n",
       "start of the first phase must be one of: random, run; not 'previous'"},
      {"phases:\n  - {name: a, epochs: 1}\n  - {name: b, epochs: 1, start: run}\n",
       "r.yaml:3: phase 'b': start of a later phase must be one of: previous, random; not 'run'"},
      {"clip: 0\n" + kOnePhase, "r.yaml:1: clip must be a number above 0, at most 1000000000, or "},
      {"clip: no\n" + kOnePhase, ", or none, not 'no'"},
      {"name: x\nlabel_smoothing: 1\n" + kOnePhase,
       "r.yaml:2: label_smoothing must be a number 0..0.95, not '1'"},
      {"learning_rate: 0\n" + kOnePhase, "learning_rate must be a number above 0, at most 1000000"},
      {"learning_rate: fast\n" + kOnePhase, "not 'fast'"},
      {"learning_rate: nan\n" + kOnePhase, "not 'nan'"},
      {"warm_up: [0.1]\n" + kOnePhase, "r.yaml:1: warm_up must be a number 0..1, not a list"},
      {"networks: 1\n" + kOnePhase, "networks must be a whole number 2..1000, not '1'"},
      {"distillation: kd\n" + kOnePhase,
       "distillation must be one of: none, kl, alpha-divergence; not 'kd'"},
      {"gradients: pcgrad\n" + kOnePhase, "must be one of: mean, sum, projection; not 'pcgrad'"},
      {"trained: [vit, cnn]\n" + kOnePhase,
       "trained must be one of: conv, batch_norm, head, vit; not 'cnn'"},
      {"trained: vit\n" + kOnePhase, "trained must be all, or a list of: conv, batch_norm, head, "},
      {"trained: []\n" + kOnePhase, "trained must name a group of parameters at least"},
      {"trained: [vit, vit]\n" + kOnePhase, "trained names vit twice"},
      {"regularised: [small]\n" + kOnePhase, "must be one of: largest, random, smallest; not "},
      {"groups: [vit]\n" + kOnePhase, "groups must be a map of: conv, batch_norm, head, vit"},
      {"groups: {bn: {}}\n" + kOnePhase, "groups: unknown key 'bn'; allowed: conv, batch_norm"},
      {"groups: {vit: 2}\n" + kOnePhase, "groups: vit must be a map with learning_rate_factor"},
      {"groups: {vit: {decay: 1}}\n" + kOnePhase, "groups: vit: unknown key 'decay'; allowed: "},
      {"groups: {vit: {weight_decay: -1}}\n" + kOnePhase, "weight_decay must be a number 0..1000"},
      {"steps: 3\nepochs: 3\n" + kOnePhase, "steps and epochs: give one of them"},
      {"phases:\n  - {name: a, compute_of: vanila}\n",
       "r.yaml:2: phase 'a': compute_of 'vanila': "},
      {"phases:\n  - {name: a, compute_of: r.yaml}\n", "leads back to itself"},
      {"phases:\n  - {name: a, compute_of: vanilla}\n  - {name: b, steps: 1}\n",
       "a phase with compute_of must be the only phase"},
      {"steps: 8\nphases:\n  - {name: a, compute_of: vanilla}\n", "do not go with compute_of"},
      {"extends: r.yaml\n", "leads back to itself"},
      {"extends: [a]\n", "r.yaml:1: extends must name a recipe file"},
      {"name: x\nextends: vanila\n",
       "r.yaml:2: extends 'vanila': not found beside the file, and not shipped (did you mean "
       "'vanilla'?)"},
      {"extends: vanilla\nphases:\n  - {name: a, epochs: 3}\n",
       "r.yaml:3: phase 'a': the file that this one extends has no such phase; it has: whole"},
      {"[", "r.yaml:"}};
  for (const auto& [text, message] : cases) {
    const std::string said = problem(text);
    EXPECT_NE(said.find(message), std::string::npos) << text << "\n" << said;
    EXPECT_EQ(said.rfind("r.yaml:", 0), 0u) << said;
  }
}

TEST_F(Recipes, AllProblemsOfAFileAreNamedAtOnce) {
  const std::string said = problem("clip: 0\ndropout: 2\nphases:\n  - {name: a, epochs: x}\n");
  EXPECT_EQ(tests::lines(said).size(), 3u) << said;
}

TEST_F(Recipes, TextsOfRunsStandAlone) {
  EXPECT_NE(message_of<RecipeError>([] {
              parse_recipe("extends: vanilla\n", "c");
            }).find("c:1: must stand alone"),
            std::string::npos);
  EXPECT_NE(message_of<RecipeError>([] { parse_recipe(kOnePhase, "c"); }).find("a has no steps"),
            std::string::npos);
}

TEST_F(Recipes, DealStepsByTheLengthsOfPhases) {
  const Recipe freeze = load_recipe("tpi-freeze");
  EXPECT_EQ(steps(freeze, {660, {}, 1}), (Steps{360, 300}));
  EXPECT_EQ(steps(freeze, {}), (Steps{436, 364})) << "the file's 800 steps";
  EXPECT_EQ(steps(freeze, {{}, 11, 60}), (Steps{360, 300}));
  EXPECT_EQ(steps(load_recipe("tpi-unfreeze"), {2, {}, 1}), (Steps{1, 1}));
  EXPECT_EQ(steps(load_recipe("vanilla"), {7, {}, 1}), (Steps{7}));
  EXPECT_NE(message_of<RecipeError>([&] {
              steps(freeze, {1, {}, 1});
            }).find("recipe tpi-freeze: 1 steps; with 2 phases it needs 2..100000000"),
            std::string::npos);
  EXPECT_NE(message_of<RecipeError>([&] {
              steps(load_recipe("vanilla"), {1, {}, 1});
            }).find("with 1 phase it needs 2..100000000"),
            std::string::npos);
  EXPECT_THROW(steps(freeze, {{}, 1'000'000, 1000}), RecipeError);
}

TEST_F(Recipes, LengthsOfTheirOwnAreInStepsOrEpochs) {
  const Recipe mixed = recipe("phases:\n  - {name: a, epochs: 3}\n  - {name: b, steps: 70}\n");
  EXPECT_EQ(steps(mixed, {{}, {}, 10}), (Steps{30, 70}));
  EXPECT_EQ(steps(mixed, {10, {}, 10}), (Steps{3, 7}));
  EXPECT_EQ(steps(recipe("epochs: 4\n" + kOnePhase), {{}, {}, 25}), (Steps{100}));
}

TEST_F(Recipes, ARunThatIsGoneOnFromLeavesEarlierPhasesOut) {
  const Recipe whole = long_as(load_recipe("tpi-freeze"), {});
  const Recipe rest = started_from_run(whole, std::nullopt);
  ASSERT_EQ(rest.phases.size(), 1u);
  EXPECT_EQ(rest.phases[0].name, "vit");
  EXPECT_EQ(rest.phases[0].steps, 364) << "as long as in the whole recipe";
  EXPECT_EQ(rest.phases[0].start, Start::run);
  EXPECT_EQ(started_from_run(whole, "cnn").phases.size(), 2u);
  EXPECT_NE(message_of<RecipeError>([&] {
              started_from_run(whole, "vti");
            }).find("recipe tpi-freeze has no phase 'vti'; it has: cnn, vit"),
            std::string::npos);
}

TEST(Subspaces, CnnOnlyDrawsNoTransformer) {
  const Space space = load_space("h4h-32-tiny");
  const Subspace subspace(space, SubspaceKind::cnn_only);
  Random random(1);
  for (int i = 0; i < 20; ++i) {
    const workloads::Network network =
        space.network(i == 0 ? subspace.max() : subspace.sample(random));
    for (const workloads::Layer& layer : network.layers) {
      EXPECT_NE(layer.block, workloads::Block::vit);
    }
  }
}

// Every weight trained: twice the forward MACs, but for the image, whose gradient nobody needs.
TEST(TrainingMacs, AllTrainedAreThreeTimesTheForwardOnesLessTheFirstLayers) {
  const Space space = load_space("h4h-32-tiny");
  const workloads::Network network = space.network(Subspace(space, SubspaceKind::cnn_only).max());
  const TrainingMacs macs = training_macs(network, kAllGroups);
  const auto all = static_cast<double>(workloads::macs(network));
  const auto first =
      static_cast<double>(workloads::macs(workloads::layer_shape(network, network.layers.front())));
  EXPECT_EQ(macs.forward, all);
  EXPECT_EQ(macs.backward, 2 * all - first);
}

TEST(TrainingMacs, FrozenWeightsCostTheGradientsOfTheirInputsAlone) {
  const Space space = load_space("h4h-32-tiny");
  const workloads::Network network = space.network(Subspace(space, SubspaceKind::cnn_only).max());
  const auto all = static_cast<double>(workloads::macs(network));
  const auto first =
      static_cast<double>(workloads::macs(workloads::layer_shape(network, network.layers.front())));
  EXPECT_EQ(training_macs(network, {Group::batch_norm}).backward, all - first);
  EXPECT_EQ(training_macs(network, {Group::vit}).backward, 0) << "it has none";
}

TEST(TrainingMacs, NothingBeforeTheFirstTrainedLayerHasAGradient) {
  const Space space = load_space("h4h-32-tiny");
  const workloads::Network network = space.network(space.max());
  const auto frozen = training_macs(network, {Group::vit});
  const auto with_norms = training_macs(network, {Group::vit, Group::batch_norm});
  const auto whole = training_macs(network, kAllGroups);
  EXPECT_EQ(frozen.forward, whole.forward);
  EXPECT_GT(frozen.backward, 0);
  EXPECT_LT(frozen.backward, with_norms.backward);
  EXPECT_LT(with_norms.backward, whole.backward);
}

// Both operands of a product of activations get a gradient.
TEST(TrainingMacs, ProductsOfActivationsCountTwiceBackwards) {
  const Space space = load_space("h4h-32-tiny");
  const workloads::Network network = space.network(space.max());
  double products = 0, weighted = 0;
  for (const workloads::Layer& layer : network.layers) {
    const auto macs = static_cast<double>(workloads::macs(workloads::layer_shape(network, layer)));
    (std::holds_alternative<workloads::Attention>(layer.op) ? products : weighted) += macs;
  }
  ASSERT_GT(products, 0);
  const auto first =
      static_cast<double>(workloads::macs(workloads::layer_shape(network, network.layers.front())));
  EXPECT_EQ(training_macs(network, kAllGroups).backward, 2 * products + 2 * weighted - first);
}

TEST(StepMacs, AreThoseOfTheLargestTheSmallestAndTheMeanOfRandomOnes) {
  const Space space = load_space("h4h-32-tiny");
  Phase phase;
  phase.networks = 2;
  const double ends = training_macs(space.network(space.max()), kAllGroups).total() +
                      training_macs(space.network(space.min()), kAllGroups).total();
  EXPECT_EQ(step_macs(space, phase).total(), ends);
  phase.networks = 4;
  const double four = step_macs(space, phase).total();
  EXPECT_GT(four, ends);
  phase.networks = 6;
  EXPECT_NEAR(step_macs(space, phase).total() - ends, 2 * (four - ends), 1e-6 * ends);
}

TEST(EqualCompute, TakesTheStepsThatCostTheOtherRecipesMacs) {
  const Space space = load_space("h4h-32-tiny");
  const TrainingLength asked{8000, {}, 1};
  const auto cost = [&](const char* name) {
    double macs = 0;
    for (const Phase& phase : with_lengths(load_recipe(name), asked, space).phases) {
      macs += static_cast<double>(*phase.steps) * step_macs(space, phase).total();
    }
    return macs;
  };
  EXPECT_NEAR(cost("vanilla-equal-compute") / cost("tpi-freeze"), 1, 1e-3);
  EXPECT_GT(cost("vanilla") / cost("tpi-freeze"), 1.05) << "of as many steps";
}

TEST(EqualCompute, NeedsASpaceThatTheOtherRecipeTrains) {
  const TemporaryFolder folder;
  const Space no_depth_0 = load_space(
      folder
          .write("s.yaml", "extends: " + shipped_file("spaces/h4h-32-tiny.yaml").string() +
                               "\nstages:\n  - {name: vit2, depth: 1}\n")
          .string());
  EXPECT_THROW(with_lengths(load_recipe("vanilla-equal-compute"), {}, no_depth_0), SpaceError);
}

}  // namespace
}  // namespace h4h::nas
