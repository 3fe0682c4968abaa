#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "nas/search/description.hpp"
#include "nas/space/genotype_line.hpp"
#include "nas/space/network_macs.hpp"
#include "nas/space/reduction.hpp"
#include "tests/nas/all_genes.hpp"
#include "tests/nas/genotype_texts.hpp"
#include "tests/nas/search_support.hpp"
#include "tests/support/paths.hpp"

namespace h4h::nas {
namespace {

using testing::kAllGenes;
using testing::shipped_space;
using testing::space_of;
using tests::message_of;
using workloads::Network;

const std::string kHead = "input_channels: 3\nclasses: 10\nresolution: 32\nstages:\n";
const std::string kStem = "  - {name: c, block: conv, width: 8, stride: 2}\n";

Space with_stage(const std::string& stage) { return space_of(kHead + kStem + stage); }

std::string problem(const std::string& text) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("s.yaml", text).string();
  std::string message = message_of<SpaceError>([&] { load_space(path); });
  for (std::size_t at = 0; (at = message.find(path)) != std::string::npos;) {
    message.replace(at, path.size(), "s.yaml");
  }
  return message;
}

std::string stage_problem(const std::string& stage) { return problem(kHead + kStem + stage); }

std::vector<Genotype> samples(const Space& space, int count, std::uint64_t seed = 7) {
  Random random(seed);
  std::vector<Genotype> all{space.min(), space.canonical(space.mid()), space.max()};
  for (int i = 0; i < count; ++i) all.push_back(space.sample(random));
  return all;
}

std::int64_t macs_of(const Space& space) { return workloads::macs(space.network(space.max())); }
std::int64_t parameters_of(const Space& space) {
  return workloads::parameters(space.network(space.max()));
}

std::string mbconv(const std::string& more) {
  return "  - {name: m, block: mbconv, width: 16, depth: 1, expansion: 4" + more + "}\n";
}

std::vector<std::string> names_of(const Network& network) {
  std::vector<std::string> names;
  for (const workloads::Layer& layer : network.layers) names.push_back(layer.name);
  return names;
}

TEST(KernelGene, ALargerKernelMultipliesItsTaps) {
  // 16 x 16 pixels of 32 channels; taps beyond a 3 x 3 kernel.
  const std::int64_t three = macs_of(with_stage(mbconv("")));
  EXPECT_EQ(macs_of(with_stage(mbconv(", kernel: 3"))), three);
  EXPECT_EQ(macs_of(with_stage(mbconv(", kernel: 5"))), three + (25 - 9) * 32 * 16 * 16);
  EXPECT_EQ(macs_of(with_stage(mbconv(", kernel: [3, 5, 7]"))), three + (49 - 9) * 32 * 16 * 16);
  EXPECT_EQ(parameters_of(with_stage(mbconv(", kernel: 5"))),
            parameters_of(with_stage(mbconv(""))) + (25 - 9) * 32);
}

TEST(KernelGene, APatchStemHasItsStrideAsKernelAndNoPadding) {
  const Space space = space_of(kHead + "  - {name: c, block: conv, width: 8, stride: 16}\n");
  const Network network = space.network(space.min());
  const auto& conv = std::get<workloads::Conv2d>(network.layers.front().op);
  EXPECT_EQ(conv.window.kernel_height, 16);
  EXPECT_EQ(conv.window.stride_width, 16);
  EXPECT_TRUE(conv.window.padding == workloads::Padding{});
  EXPECT_EQ(network.tensors.at(network.layers.front().output).shape, (workloads::Shape{2, 2, 8}));
  EXPECT_EQ(workloads::macs(network), 2 * 2 * 8 * 16 * 16 * 3 + 8 * 10);
}

// Whatever the stride, and whether the side divides by it: the middle of a larger kernel is a
// smaller one's place.
TEST(KernelGene, KernelsOfAStageHaveOneCentre) {
  for (const int side : {32, 33, 35}) {
    for (const int stride : {1, 2, 3, 4}) {
      const std::string kernels = stride < 4 ? "[3, 5, 7, 9]" : "[5, 7, 9]";
      const Space space =
          space_of(fmt::format("input_channels: 3\nclasses: 10\nresolution: {}\nstages:\n"
                               "  - {{name: c, block: conv, width: 8, kernel: {}, stride: {}}}\n",
                               side, kernels, stride));
      std::set<std::int64_t> centres;
      for (const Genotype& genotype : space.enumerate()) {
        const auto& window =
            std::get<workloads::Conv2d>(space.network(genotype).layers.front().op).window;
        centres.insert((window.kernel_height - 1) / 2 - window.padding.top);
      }
      EXPECT_EQ(centres.size(), 1u) << side << " " << stride;
    }
  }
}

TEST(SqueezeGene, HasTheMacsAndParametersOfItsTwoLinearLayers) {
  // 32 channels inside: a quarter is 8.
  const Space without = with_stage(mbconv("")), with = with_stage(mbconv(", se: true"));
  EXPECT_EQ(macs_of(with) - macs_of(without), 2 * 32 * 8);
  EXPECT_EQ(parameters_of(with) - parameters_of(without), 2 * 32 * 8 + 8 + 32);
}

TEST(SqueezeGene, ScalesWhatTheDepthwiseConvolutionMakes) {
  EXPECT_EQ(names_of(with_stage(mbconv(", se: true")).network({0, 0, 0, 0, 0, 0, 0, 0})),
            (std::vector<std::string>{"c", "m.1/expand", "m.1/depthwise", "m.1/se/mean",
                                      "m.1/se/reduce", "m.1/se/restore", "m.1/se/gate",
                                      "m.1/se/scale", "m.1/project", "mean", "classifier"}));
}

TEST(ActivationGene, WhatIsNoClampIsALayerOfItsOwn) {
  EXPECT_EQ(names_of(with_stage(mbconv(", activation: silu")).network({0, 0, 0, 0, 0, 0, 0, 0})),
            (std::vector<std::string>{"c", "m.1/expand", "m.1/expand/silu", "m.1/depthwise",
                                      "m.1/depthwise/silu", "m.1/project", "mean", "classifier"}));
  const Space relu6 = with_stage(mbconv("")), same = with_stage(mbconv(", activation: relu6"));
  EXPECT_EQ(relu6.network(relu6.min()), same.network(same.min()));
}

TEST(ActivationGene, ATransformerHasItBetweenTheLayersOfItsMlp) {
  const Space space = with_stage(
      "  - {name: v, block: vit, width: 16, depth: 1, expansion: 2, activation: gelu}\n");
  const std::vector<std::string> names = names_of(space.network(space.min()));
  const auto found = std::find(names.begin(), names.end(), "v.1/mlp1/gelu");
  ASSERT_NE(found, names.end());
  EXPECT_EQ(*(found - 1), "v.1/mlp1");
  EXPECT_EQ(*(found + 1), "v.1/mlp2");
}

TEST(ProjectionShortcut, IsAnAverageAndAConvolution) {
  const Space with = with_stage(mbconv(", stride: 2, shortcut: projection"));
  EXPECT_EQ(names_of(with.network(with.min())),
            (std::vector<std::string>{"c", "m.1/expand", "m.1/depthwise", "m.1/project",
                                      "m.1/shortcut_pool", "m.1/shortcut", "m.1/add", "mean",
                                      "classifier"}));
  // 8 x 8 pixels, 8 channels in, 16 out.
  EXPECT_EQ(macs_of(with) - macs_of(with_stage(mbconv(", stride: 2"))), 8 * 8 * 8 * 16);
}

TEST(ProjectionShortcut, IsThereWhateverWidthsAreChosen) {
  const Space space = with_stage(
      "  - {name: m, block: mbconv, width: [8, 16], depth: [1, 2], expansion: 2,"
      " shortcut: projection}\n");
  for (const Genotype& genotype : space.enumerate()) {
    const std::vector<std::string> names = names_of(space.network(genotype));
    EXPECT_EQ(std::count(names.begin(), names.end(), "m.1/shortcut"), 1);
    EXPECT_EQ(std::count(names.begin(), names.end(), "m.1/add"), 1);
    EXPECT_EQ(std::count(names.begin(), names.end(), "m.2/shortcut"), 0);
  }
}

TEST(FurtherGenes, AreReadAsTheyAreWritten) {
  const Space space = space_of(kAllGenes);
  Random random(3);
  for (const Genotype& genotype : samples(space, 300)) {
    const std::string text = space.text(genotype);
    EXPECT_EQ(space.parse(text), genotype) << text;
    EXPECT_EQ(space.read(space.document(genotype)), genotype) << text;
    EXPECT_EQ(space.parse(tests::shuffled(text, random)), genotype) << text;
    const Asked asked = read_line(space, fmt::format(R"({{"id":"x","genotype":{}}})", text));
    EXPECT_EQ(asked.genotype, genotype) << text;
  }
  EXPECT_EQ(space.text(space.max()),
            R"({"resolution":33,"c":{"width":16,"kernel":5,"activation":"hard_swish"},)"
            R"("m1":{"width":16,"depth":2,"expansion":3,"kernel":7,"activation":"silu","se":true},)"
            R"("v1":{"width":16,"depth":1,"expansion":2,"activation":"gelu"},)"
            R"("m2":{"width":24,"depth":2,"expansion":2,"kernel":5,"activation":"gelu","se":true},)"
            R"("p":{"width":32,"expansion":2,"activation":"silu"}})");
}

TEST(FurtherGenes, NameWhatIsWrongInAGenotype) {
  const Space space = space_of(kAllGenes);
  const auto complaint = [&](const std::string& from, const std::string& to) {
    std::string text = space.text(space.max());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::string message = message_of<SpaceError>([&] { space.parse(text); });
    return message.substr(message.find(": ") + 2);
  };
  EXPECT_EQ(complaint("\"kernel\":7", "\"kernel\":9"), "m1.kernel: 9 is not one of: 3, 5, 7");
  EXPECT_EQ(complaint("\"kernel\":7", "\"kernel\":\"7\""),
            "m1.kernel: \"7\" is not one of: 3, 5, 7");
  EXPECT_EQ(complaint("\"activation\":\"silu\",\"se\"", "\"activation\":\"gelu\",\"se\""),
            "m1.activation: \"gelu\" is not one of: relu6, silu");
  EXPECT_EQ(complaint("\"activation\":\"silu\",\"se\"", "\"activation\":3,\"se\""),
            "m1.activation: 3 is not one of: relu6, silu");
  EXPECT_EQ(complaint("\"se\":true},\"v1", "\"se\":1},\"v1"),
            "m1.se: 1 is not one of: false, true");
  EXPECT_EQ(complaint("\"se\":true},\"p", "\"se\":false},\"p"), "m2.se: false is not one of: true");
  EXPECT_EQ(complaint(",\"se\":true},\"v1", "},\"v1"), "m1.se is missing");
  EXPECT_EQ(complaint("\"activation\":\"gelu\"}", "\"activation\":\"gelu\",\"se\":true}"),
            "v1: unknown key 'se'; allowed: width, depth, expansion, activation");
}

TEST(FurtherGenes, AreNoPartOfAGenotypeWhereTheFileDoesNotNameThem) {
  const Space space = with_stage(mbconv(""));
  EXPECT_EQ(space.text(space.min()),
            R"({"resolution":32,"c":{"width":8},"m":{"width":16,"depth":1,"expansion":4}})");
  EXPECT_EQ(space.genes().size(), 7u);
}

TEST(FurtherGenes, AreWrittenIntoTheFileOfASpace) {
  const Space space = space_of(kAllGenes);
  const std::string text = format_space(space);
  const Space again = space_of(text);
  EXPECT_EQ(format_space(again), text);
  EXPECT_EQ(space_hash(again), space_hash(space));
  EXPECT_NE(text.find("kernel: [3, 5, 7], activation: [relu6, silu], se: [false, true], stride: 2, "
                      "shortcut: projection}"),
            std::string::npos)
      << text;
  for (const Genotype& genotype : samples(space, 20)) {
    EXPECT_EQ(again.network(genotype), space.network(genotype));
  }
}

TEST(FurtherGenes, CountInTheSizeAndInTheList) {
  const Space space = with_stage(
      "  - {name: m, block: mbconv, width: [8, 16], depth: [0, 1, 2], expansion: 2,"
      " kernel: [3, 5, 7], activation: [relu6, silu], se: [false, true]}\n");
  const std::vector<Genotype> all = space.enumerate();
  EXPECT_EQ(all.size(), 1u + 2 * 2 * 3 * 2 * 2);
  EXPECT_NEAR(std::pow(10, space.log10_size()), static_cast<double>(all.size()), 1e-6);
  EXPECT_EQ(std::set<Genotype>(all.begin(), all.end()).size(), all.size());
  std::set<std::string> texts;
  for (const Genotype& genotype : all) texts.insert(space.text(genotype));
  EXPECT_EQ(texts.size(), all.size());
}

TEST(FurtherGenes, MutationReachesEachAndCrossoverKeepsThoseOfAParent) {
  const Space space = with_stage(
      "  - {name: m, block: mbconv, width: 8, depth: [0, 1], expansion: 2,"
      " kernel: [3, 5, 7], activation: [relu6, silu], se: [false, true]}\n");
  Random random(5);
  std::set<Genotype> seen;
  Genotype at = space.min();
  for (int i = 0; i < 3000; ++i) seen.insert(at = space.mutate(at, 0.1, random));
  EXPECT_EQ(seen.size(), space.enumerate().size());
  for (int i = 0; i < 100; ++i) {
    const Genotype child = space.crossover(space.min(), space.max(), random);
    EXPECT_TRUE(child == space.min() || child == space.max()) << space.text(child);
  }
}

TEST(FurtherGenes, MacsAreThoseOfTheNetwork) {
  const Space space = space_of(kAllGenes);
  NetworkMacs macs(space);
  for (const Genotype& genotype : samples(space, 100)) {
    EXPECT_EQ(macs.of(genotype), workloads::macs(space.network(genotype))) << space.text(genotype);
  }
}

TEST(FurtherGenes, MistakesInAFileAreNamed) {
  const auto of_mbconv = [](const std::string& more) { return stage_problem(mbconv(more)); };
  EXPECT_EQ(of_mbconv(", kernel: 4"), "s.yaml:6: stage 'm': kernel must be odd and at least 3");
  EXPECT_EQ(of_mbconv(", kernel: [1, 3]"),
            "s.yaml:6: stage 'm': kernel must be odd and at least 3");
  EXPECT_EQ(of_mbconv(", kernel: 33"),
            "s.yaml:6: stage 'm': kernel must be a whole number 1..32, not '33'");
  EXPECT_EQ(of_mbconv(", kernel: [3, 5], stride: 4"),
            "s.yaml:6: stage 'm': kernel: of several choices none may be below the stride, 4");
  EXPECT_EQ(of_mbconv(", activation: swish"),
            "s.yaml:6: stage 'm': activation must be one of: relu, relu6, hard_swish, silu, gelu; "
            "not 'swish'");
  EXPECT_EQ(of_mbconv(", activation: [silu, relu6]"),
            "s.yaml:6: stage 'm': activation: choices must be in the order relu, relu6, "
            "hard_swish, silu, gelu, each once");
  EXPECT_EQ(of_mbconv(", activation: []"), "s.yaml:6: stage 'm': activation must have a choice");
  EXPECT_EQ(of_mbconv(", se: [true, false]"),
            "s.yaml:6: stage 'm': se: choices must be in the order false, true, each once");
  EXPECT_EQ(of_mbconv(", se: 1"), "s.yaml:6: stage 'm': se must be one of: false, true; not '1'");
  EXPECT_EQ(of_mbconv(", stride: 9"),
            "s.yaml:6: stage 'm': stride must be a whole number 1..8, not '9'");
  EXPECT_EQ(problem(kHead + "  - {name: c, block: conv, width: 8, kernel: [4, 7]}\n"),
            "s.yaml:5: stage 'c': kernel: the choices must be all odd or all even");
  EXPECT_EQ(problem(kHead + "  - {name: c, block: conv, width: 8, stride: 33}\n"),
            "s.yaml:5: stage 'c': stride must be a whole number 1..32, not '33'");
  EXPECT_EQ(stage_problem("  - {name: b, block: basic, width: 8, depth: 1, kernel: 5}\n"),
            "s.yaml:6: stage 'b': unknown key 'kernel'; allowed: name, block, width, depth, "
            "stride");
}

TEST(FurtherGenes, ReductionsHaveSomeOfTheChoices) {
  const tests::TemporaryFolder folder;
  folder.write("all.yaml", kAllGenes);
  const auto changed = [&](const std::string& stages) {
    return load_space(folder.write("part.yaml", "extends: all.yaml\nstages:\n" + stages).string());
  };
  const Space whole = space_of(kAllGenes);
  const Space part = changed(
      "  - {name: m1, kernel: [3, 7], activation: relu6, se: false}\n"
      "  - {name: v1, activation: gelu}\n");
  const Reduction reduction(whole, part);
  for (const Genotype& genotype : samples(part, 40)) {
    Network there = whole.network(reduction.in_whole(genotype));
    there.name = part.network(genotype).name;
    EXPECT_EQ(part.network(genotype), there) << part.text(genotype);
  }
  const auto complaint = [&](const Space& other) {
    const std::string message = message_of<SpaceError>([&] { Reduction(whole, other); });
    return message.substr(message.find("all: ") + 5);
  };
  EXPECT_EQ(complaint(changed("  - {name: m1, kernel: [3, 9]}\n")),
            "stage m1: kernel 9 is not one of: 3, 5, 7");
  EXPECT_EQ(complaint(changed("  - {name: m1, activation: gelu}\n")),
            "stage m1: activation gelu is not one of: relu6, silu");
  EXPECT_EQ(complaint(changed("  - {name: m2, se: [false, true]}\n")),
            "stage m2: se false is not one of: true");
  EXPECT_EQ(complaint(changed("  - {name: m1, shortcut: none}\n")),
            "stage m1: its first layer has no projection");
  EXPECT_EQ(complaint(changed("  - {name: m2, shortcut: projection}\n")),
            "stage m2: its first layer has a projection");
}

// A stage that does not name a gene has its default, which a space with that choice contains.
TEST(FurtherGenes, ADefaultIsAChoiceLikeAnother) {
  const Space whole = with_stage(mbconv(", kernel: [3, 5], activation: [relu6, silu]"));
  const Space part = with_stage(mbconv(""));
  const Genotype there = Reduction(whole, part).in_whole(part.min());
  EXPECT_EQ(there, whole.min());
  const Space larger = with_stage(mbconv(", kernel: 5"));
  EXPECT_EQ(message_of<SpaceError>([&] {
              Reduction(part, larger);
            }).substr(std::string("space s is no reduction of s: ").size()),
            "stage m: kernel 5 is not one of: 3");
}

// Files of users of once-for-all and AutoFormer.
TEST(FurtherGenes, SharedSpaceFilesLoadAsTheyAre) {
  for (const char* const name : {"ofa", "autoformer"}) {
    const auto path = tests::shared_file(fmt::format("cases/space-kernel/{}.yaml", name));
    if (path.empty()) GTEST_SKIP() << "needs cases/space-kernel of ../shared";
    const Space space = load_space(path.string());
    EXPECT_GT(workloads::macs(space.network(space.max())), 0);
  }
}

// Runs, caches and checkpoints of earlier versions name spaces by these.
TEST(FurtherGenes, SpacesWithoutThemAreWhatTheyWere) {
  EXPECT_EQ(space_hash(shipped_space("h4h-imagenet")), "313c42329175d9ef");
  EXPECT_EQ(kNetworksVersion, 2);
}

TEST(FurtherGenes, OfAStageThatIsLeftOutCountForNothing) {
  const Space space = space_of(kAllGenes);
  Genotype absent = space.max();
  for (const Stage& stage : space.stages()) {
    if (has_depth(stage.kind) && space.genes()[stage.depth].choices.front() == 0) {
      absent[stage.depth] = 0;
    }
  }
  const Genotype canonical = space.canonical(absent);
  for (const Stage& stage : space.stages()) {
    if (space.value(canonical, stage.depth) != 0) continue;
    for (const std::size_t gene : stage.further) EXPECT_EQ(canonical[gene], 0);
  }
  EXPECT_EQ(space.network(absent), space.network(canonical));
}

}  // namespace
}  // namespace h4h::nas
