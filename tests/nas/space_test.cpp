#include "nas/space/space.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "nas/space/load.hpp"
#include "tests/nas/genotype_texts.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;

Space shipped(const std::string& name) {
  return load_space((tests::source_dir() / "nas/spaces" / (name + ".yaml")).string());
}

class ShippedSpace : public ::testing::TestWithParam<const char*> {
 protected:
  Space space_ = shipped(GetParam());
  Random random_{20261122};
};

INSTANTIATE_TEST_SUITE_P(Every, ShippedSpace,
                         ::testing::Values("h4h-imagenet", "h4h-imagenet-cnn", "h4h-imagenet-vit",
                                           "h4h-imagenet-cnn-then-vit", "h4h-32", "h4h-32-tiny",
                                           "h4h-32-mini", "toy", "resnet", "alphanet",
                                           "ofa-mobilenetv3"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

std::set<std::string> layers_with_weights(const workloads::Network& network) {
  std::set<std::string> names;
  for (const workloads::Layer& layer : network.layers) {
    if (parameters(layer, layer_shape(network, layer)) > 0) names.insert(layer.name);
  }
  return names;
}

TEST_P(ShippedSpace, EverySampleBuildsFromLayersOfTheLargestNetwork) {
  const std::set<std::string> largest = layers_with_weights(space_.network(space_.max()));
  for (int i = 0; i < 100; ++i) {
    const workloads::Network network = space_.network(space_.sample(random_));
    for (const std::string& name : layers_with_weights(network)) {
      ASSERT_EQ(largest.count(name), 1u) << name;
    }
    ASSERT_EQ(network.tensors.at(network.outputs.at(0)).shape,
              (workloads::Shape{1, 1, space_.classes()}));
  }
}

TEST_P(ShippedSpace, NoNetworkHasFewerMacsThanTheSmallestOrMoreThanTheLargest) {
  const std::int64_t low = workloads::macs(space_.network(space_.min()));
  const std::int64_t high = workloads::macs(space_.network(space_.max()));
  for (int i = 0; i < 100; ++i) {
    const std::int64_t macs = workloads::macs(space_.network(space_.sample(random_)));
    ASSERT_GE(macs, low);
    ASSERT_LE(macs, high);
  }
}

TEST_P(ShippedSpace, CanonicalFormChangesNothingThatRuns) {
  for (int i = 0; i < 100; ++i) {
    Genotype raw;
    for (const Gene& gene : space_.genes()) {
      raw.push_back(static_cast<std::uint16_t>(random_.below(gene.choices.size())));
    }
    const Genotype canonical = space_.canonical(raw);
    ASSERT_EQ(space_.canonical(canonical), canonical);
    ASSERT_TRUE(space_.network(raw) == space_.network(canonical));
    ASSERT_EQ(space_.text(raw), space_.text(canonical));
  }
}

TEST_P(ShippedSpace, TextReadsBackEqual) {
  for (int i = 0; i < 200; ++i) {
    const Genotype genotype = space_.sample(random_);
    ASSERT_EQ(space_.parse(space_.text(genotype)), genotype) << space_.text(genotype);
  }
}

TEST_P(ShippedSpace, TextReadsBackEqualWithKeysInAnyOrder) {
  for (int i = 0; i < 200; ++i) {
    const Genotype genotype = space_.sample(random_);
    const std::string text = tests::shuffled(space_.text(genotype), random_);
    ASSERT_EQ(space_.parse(text), genotype) << text;
  }
}

TEST_P(ShippedSpace, MutationChangesSomethingAndStaysInTheSpace) {
  for (const double probability : {0.0, 0.1, 1.0}) {
    for (int i = 0; i < 100; ++i) {
      const Genotype before = space_.sample(random_);
      const Genotype after = space_.mutate(before, probability, random_);
      ASSERT_NE(after, before);
      ASSERT_EQ(space_.canonical(after), after);
    }
  }
}

TEST_P(ShippedSpace, CrossoverTakesEachGeneFromAParent) {
  for (int i = 0; i < 200; ++i) {
    const Genotype a = space_.sample(random_), b = space_.sample(random_);
    const Genotype child = space_.crossover(a, b, random_);
    ASSERT_EQ(space_.canonical(child), child);
    for (std::size_t g = 0; g < child.size(); ++g) {
      // A stage that one parent has and the child does not leaves its genes at the first choice.
      ASSERT_TRUE(child[g] == a[g] || child[g] == b[g] || child[g] == 0) << space_.genes()[g].name;
    }
    ASSERT_EQ(space_.crossover(a, a, random_), a);
  }
}

TEST_P(ShippedSpace, TheSameSeedDrawsTheSame) {
  Random one(7), two(7), other(8);
  std::vector<Genotype> a, b, c;
  for (int i = 0; i < 20; ++i) {
    a.push_back(space_.sample(one));
    b.push_back(space_.sample(two));
    c.push_back(space_.sample(other));
  }
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

TEST(Toy, IsEnumeratedInOrderAndWithoutRepetition) {
  const Space toy = shipped("toy");
  const std::vector<Genotype> all = toy.enumerate();
  EXPECT_GE(all.size(), 20'000u);
  EXPECT_LE(all.size(), 50'000u);
  EXPECT_EQ(static_cast<std::int64_t>(all.size()), std::llround(std::pow(10, toy.log10_size())));
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
  for (const Genotype& genotype : all) ASSERT_EQ(toy.canonical(genotype), genotype);
}

TEST(Toy, SamplesAreMembersAndReachMostOfThem) {
  const Space toy = shipped("toy");
  const std::vector<Genotype> all = toy.enumerate();
  Random random(1);
  std::set<Genotype> drawn;
  for (int i = 0; i < 20'000; ++i) {
    drawn.insert(toy.sample(random));
    ASSERT_TRUE(std::binary_search(all.begin(), all.end(), *drawn.rbegin()));
  }
  EXPECT_GT(drawn.size(), 7'000u);
}

TEST(Toy, DifferentGenotypesAreDifferentNetworks) {
  const Space toy = shipped("toy");
  std::set<std::string> networks;
  const std::vector<Genotype> all = toy.enumerate();
  std::size_t looked_at = 0;
  for (std::size_t i = 0; i < all.size(); i += 17, ++looked_at) {
    networks.insert(canonical_text(toy.network(all[i])));
  }
  EXPECT_EQ(networks.size(), looked_at);
}

TEST(Space, RefusesToEnumerateMoreThanTheLimit) {
  const Space toy = shipped("toy");
  EXPECT_EQ(toy.enumerate(34'560).size(), 34'560u);
  EXPECT_EQ(message_of<SpaceError>([&] { toy.enumerate(34'559); }),
            "toy has 10^4.5 networks; at most 34559 are listed");
}

TEST(Space, StageKindsBecomeTheirBlocks) {
  const Space toy = shipped("toy");
  for (const workloads::Layer& layer : toy.network(toy.max()).layers) {
    const workloads::Block expected = layer.name == "conv0"              ? workloads::Block::stem
                                      : layer.name.rfind("mb1.", 0) == 0 ? workloads::Block::mbconv
                                      : layer.name.rfind("mb2.", 0) == 0 ? workloads::Block::mbconv
                                      : layer.name.rfind("vit", 0) == 0  ? workloads::Block::vit
                                                                         : workloads::Block::head;
    EXPECT_EQ(layer.block, expected) << layer.name;
  }
}

// A space of one stage that may be absent between a stem and the head.
Space one_optional_stage() {
  return {"one",
          3,
          4,
          {{"resolution", {16}},
           {"c.width", {8}},
           {"c.depth", {1}},
           {"c.expansion", {1}},
           {"v.width", {8, 16}},
           {"v.depth", {0, 1, 2}},
           {"v.expansion", {1, 1.5, 2}}},
          {{"c", StageKind::conv, 1, 2, 3, 2}, {"v", StageKind::vit, 4, 5, 6, 1}}};
}

// By its layers' names, those of first layers that add their input.
std::set<std::string> first_sums(const std::string& stages) {
  const tests::TemporaryFolder folder;
  const Space space = load_space(
      folder.write("s.yaml", "input_channels: 3\nclasses: 10\nresolution: 32\nstages:\n" + stages)
          .string());
  std::set<std::string> names;
  for (const Genotype& genotype : space.enumerate()) {
    for (const workloads::Layer& layer : space.network(genotype).layers) {
      const std::size_t end = layer.name.find(".1/add");
      if (end != std::string::npos && end + 6 == layer.name.size()) names.insert(layer.name);
    }
  }
  return names;
}

TEST(Space, FirstLayersAddTheirInputWhereNoWidthIsAChoice) {
  const std::string stem = "  - {name: conv0, block: conv, width: 16, stride: 2}\n";
  const auto mb = [](const std::string& name, const std::string& width, const std::string& more) {
    return "  - {name: " + name + ", block: mbconv, width: " + width + ", expansion: 2, " + more +
           "}\n";
  };
  using Names = std::set<std::string>;
  EXPECT_EQ(first_sums(stem + mb("a", "16", "depth: 1")), Names{"a.1/add"});
  EXPECT_EQ(first_sums(stem + mb("a", "16", "depth: 1, stride: 2")), Names{});
  EXPECT_EQ(first_sums(stem + mb("a", "24", "depth: 1")), Names{});
  EXPECT_EQ(first_sums(stem + mb("a", "[16, 24]", "depth: 1")), Names{}) << "its width";
  EXPECT_EQ(first_sums(stem + mb("a", "[16, 24]", "depth: 1") + mb("b", "24", "depth: 1")), Names{})
      << "its input's";
  EXPECT_EQ(first_sums(stem + mb("a", "24", "depth: [0, 1]") + mb("b", "24", "depth: 1")), Names{})
      << "its input's, through a stage that may be left out";
  EXPECT_EQ(first_sums(stem + mb("a", "[16, 24]", "depth: 0") + mb("b", "16", "depth: 1")),
            Names{"b.1/add"})
      << "a stage that never is there";
  EXPECT_EQ(
      first_sums(stem + "  - {name: v, block: vit, width: [8, 16], depth: [0, 1], expansion: 1}\n" +
                 mb("b", "16", "depth: [1, 2]")),
      Names{"b.1/add"})
      << "transformers leave the channels";
}

TEST_P(ShippedSpace, ALayerHasItsShortcutInEveryNetworkOrInNone) {
  const Space& s = space_;
  std::map<std::string, bool> adds;
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    const workloads::Network network = s.network(s.sample(random));
    std::set<std::string> names;
    for (const workloads::Layer& layer : network.layers) names.insert(layer.name);
    for (const std::string& name : names) {
      const std::size_t end = name.find("/project");
      if (end == std::string::npos || names.count(name.substr(0, end) + "/depthwise") == 0)
        continue;
      const bool here = names.count(name.substr(0, end) + "/add") > 0;
      EXPECT_EQ(adds.emplace(name, here).first->second, here) << name;
    }
  }
}

TEST(Space, AnAbsentStageCountsOnce) {
  const Space space = one_optional_stage();
  EXPECT_NEAR(std::pow(10, space.log10_size()), 1 + 2 * 2 * 3, 1e-9);
  EXPECT_EQ(space.enumerate().size(), 13u);
  EXPECT_EQ(space.text({0, 0, 0, 0, 1, 0, 2}),
            R"({"resolution":16,"c":{"width":8},"v":{"depth":0}})");
  EXPECT_EQ(space.text({0, 0, 0, 0, 1, 2, 1}),
            R"({"resolution":16,"c":{"width":8},"v":{"width":16,"depth":2,"expansion":1.5}})");
}

TEST(Space, MiddleIsTheLowerOfTwo) {
  EXPECT_EQ(one_optional_stage().mid(), (Genotype{0, 0, 0, 0, 0, 1, 1}));
}

TEST(Space, MutationThatBringsAStageDrawsItsGenes) {
  const Space space = one_optional_stage();
  Random random(3);
  std::set<Genotype> reached;
  for (int i = 0; i < 500; ++i) reached.insert(space.mutate(space.min(), 0, random));
  EXPECT_EQ(reached.size(), 12u);
}

TEST(Space, CrossoverTakesAStageFromTheParentThatHasIt) {
  const Space space = one_optional_stage();
  const Genotype without = space.min(), with{0, 0, 0, 0, 1, 2, 2};
  Random random(3);
  std::set<Genotype> children;
  for (int i = 0; i < 100; ++i) children.insert(space.crossover(without, with, random));
  EXPECT_EQ(children, (std::set<Genotype>{without, with}));
}

TEST(Space, NothingChangesWhereNothingCan) {
  const Space fixed(
      "fixed", 3, 4,
      {{"resolution", {16}}, {"c.width", {8}}, {"c.depth", {1}}, {"c.expansion", {1}}},
      {{"c", StageKind::conv, 1, 2, 3, 2}});
  Random random(3);
  EXPECT_EQ(fixed.mutate(fixed.min(), 1, random), fixed.min());
}

TEST(Space, RefusesGenesThatDoNotFit) {
  const auto problem = [](std::vector<Gene> genes, std::vector<Stage> stages) {
    return message_of<SpaceError>([&] { Space("s", 3, 4, genes, stages); });
  };
  const Stage stage{"c", StageKind::conv, 1, 2, 3, 2};
  const std::vector<Gene> right{{"resolution", {16}}, {"w", {8}}, {"d", {1}}, {"e", {1}}};
  auto wrong = right;
  wrong[1].choices = {8, 8};
  EXPECT_EQ(problem(wrong, {stage}), "gene w: its choices must be ascending");
  wrong[1].choices = {};
  EXPECT_EQ(problem(wrong, {stage}), "gene w: its choices must be ascending");
  const char shared[] = "a space needs a resolution, then genes that each belong to one stage";
  EXPECT_EQ(problem(right, {stage, stage}), shared);
  EXPECT_EQ(problem(right, {}), shared);
  EXPECT_EQ(problem({}, {}), shared);
  const Space space("s", 3, 4, right, {stage});
  EXPECT_EQ(message_of<SpaceError>([&] {
              space.canonical({0, 0, 1, 0});
            }),
            "s: a genotype of another space");
  EXPECT_EQ(message_of<SpaceError>([&] {
              space.canonical({0, 0});
            }),
            "s: a genotype of another space");
}

TEST(GenotypeText, NamesWhatIsWrong) {
  const Space space = one_optional_stage();
  const auto problem = [&](const char* text) {
    return message_of<SpaceError>([&] { space.parse(text); });
  };
  const std::string begin = "genotype of one: ";
  EXPECT_EQ(problem("{"), begin + "not JSON");
  EXPECT_EQ(problem("{\"a\xff\":1}"), begin + "not JSON");
  EXPECT_EQ(problem(R"({"resolution":16,"c":{"width":8,"width":8}})"),
            begin + "key \"width\" is given twice");
  EXPECT_EQ(
      problem("[]"),
      begin + R"(must be an object such as {"resolution":16,"c":{"width":8},"v":{"depth":0}})");
  EXPECT_EQ(problem(R"({"c":{"width":8}})"), begin + "resolution is missing");
  EXPECT_EQ(problem(R"({"resolution":17})"), begin + "resolution: 17 is not one of: 16");
  EXPECT_EQ(problem(R"({"resolution":"16"})"), begin + "resolution: \"16\" is not one of: 16");
  EXPECT_EQ(problem(R"({"resolution":16,"x":{}})"),
            begin + "unknown key 'x'; allowed: resolution, c, v");
  EXPECT_EQ(problem(R"({"resolution":16,"c":8})"),
            begin + R"(c must be an object such as {"width":16})");
  EXPECT_EQ(problem(R"({"resolution":16,"c":{"width":8,"depth":1}})"),
            begin + "c: unknown key 'depth'; allowed: width");
  EXPECT_EQ(problem(R"({"resolution":16,"c":{"width":8}})"), begin + "v is missing");
  EXPECT_EQ(problem(R"({"resolution":16,"c":{"width":8},"v":{"depth":1,"width":8}})"),
            begin + "v.expansion is missing");
  EXPECT_EQ(problem(R"({"resolution":16,"c":{"width":8},"v":{"depth":0,"width":9}})"),
            begin + "v.width: 9 is not one of: 8, 16");
}

// Each is irregular in another way.
TEST(GenotypeText, NamesWhatIsWrongBehindARightBeginning) {
  const Space space = one_optional_stage();
  const auto problem = [&](const std::string& rest) {
    return message_of<SpaceError>(
        [&] { space.parse(R"({"resolution":16,"c":{"width":8})" + rest); });
  };
  const std::string begin = "genotype of one: ";
  EXPECT_EQ(problem(R"(,"v":{"depth":0}} x)"), begin + "not JSON");
  EXPECT_EQ(problem(R"(,"v":{"depth":1e999}})"), begin + "not JSON");
  EXPECT_EQ(problem(R"(,"resolution":16,"v":{"depth":0}})"),
            begin + "key \"resolution\" is given twice");
  EXPECT_EQ(problem(R"(,"c":{"width":8},"v":{"depth":0}})"), begin + "key \"c\" is given twice");
  EXPECT_EQ(problem(R"(,"v":{"width":8},"v":{"depth":1,"expansion":1}})"),
            begin + "key \"v\" is given twice");
  EXPECT_EQ(problem(R"(,"v":{"width":8,"expansion":1}})"), begin + "v.depth is missing");
  EXPECT_EQ(problem(R"(,"v":{"depth":{"width":8}}})"),
            begin + "v.depth: {\"width\":8} is not one of: 0, 1, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":[0]}})"), begin + "v.depth: [0] is not one of: 0, 1, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":false}})"), begin + "v.depth: false is not one of: 0, 1, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":null}})"), begin + "v.depth: null is not one of: 0, 1, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":-1}})"), begin + "v.depth: -1 is not one of: 0, 1, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":1,"width":8,"expansion":1.25}})"),
            begin + "v.expansion: 1.25 is not one of: 1, 1.5, 2");
  EXPECT_EQ(problem(R"(,"v":{"depth":0,"height":1}})"),
            begin + "v: unknown key 'height'; allowed: width, depth, expansion");
  EXPECT_EQ(problem(R"(,"v":[]})"), begin + "v must be an object such as {\"width\":16}");
  EXPECT_EQ(problem(",\"x\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}"),
            begin + "nested deeper than 1000 levels");
}

TEST(GenotypeText, KeysMayComeInAnyOrderAndAbsentStagesMayCarryGenes) {
  const Space space = one_optional_stage();
  EXPECT_EQ(space.parse(
                R"({"v":{"expansion":2.0,"depth":1,"width":16},"c":{"width":8},"resolution":16})"),
            (Genotype{0, 0, 0, 0, 1, 1, 2}));
  EXPECT_EQ(space.parse(R"({"v":{"expansion":2,"depth":0},"c":{"width":8},"resolution":16})"),
            space.min());
}

}  // namespace
}  // namespace h4h::nas
