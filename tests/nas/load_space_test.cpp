#include "nas/space/load.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

const std::string kTop = "input_channels: 3\nclasses: 4\nresolution: [16, 32]\nstages:\n";
const std::string kStem = "  - {name: c, block: conv, width: 8, stride: 2}\n";

class LoadSpace : public ::testing::Test {
 protected:
  Space space(const std::string& text) {
    return load_space(folder_.write("s.yaml", text).string());
  }
  // What is wrong with a file, without its folder.
  std::string problem(const std::string& text) {
    std::string message = message_of<SpaceError>([&] { space(text); });
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at = 0; (at = message.find(prefix)) != std::string::npos;) {
      message.erase(at, prefix.size());
    }
    return message;
  }
  // Of a stage in line 6, after a stem.
  std::string stage_problem(const std::string& stage) {
    return problem(kTop + kStem + "  - {" + stage + "}\n");
  }

  TemporaryFolder folder_;
};

TEST_F(LoadSpace, ReadsEveryKindOfChoices) {
  const Space s = space(kTop + kStem +
                        "  - {name: v, block: vit, width: {from: 8, to: 24, step: 8}, "
                        "depth: [0, 2], expansion: {from: 1, to: 1.3, step: 0.1}}\n");
  EXPECT_EQ(s.name(), "s");
  EXPECT_EQ(s.classes(), 4);
  EXPECT_EQ(s.input_channels(), 3);
  ASSERT_EQ(s.genes().size(), 7u);
  EXPECT_EQ(s.genes()[0], (Gene{"resolution", {16, 32}}));
  EXPECT_EQ(s.genes()[1], (Gene{"c.width", {8}}));
  EXPECT_EQ(s.genes()[4], (Gene{"v.width", {8, 16, 24}}));
  EXPECT_EQ(s.genes()[5], (Gene{"v.depth", {0, 2}}));
  EXPECT_EQ(s.genes()[6], (Gene{"v.expansion", {1, 1.1, 1.2, 1.3}}));
  EXPECT_EQ(s.stages()[0].stride, 2);
}

TEST_F(LoadSpace, TakesTheNameOfAShippedSpace) {
  for (const char* const name : {"toy", "spaces/toy.yaml", "nas/spaces/toy.yaml"}) {
    EXPECT_EQ(load_space(name).name(), "toy") << name;
  }
}

TEST_F(LoadSpace, AnExtensionChangesWhatItNamesAndNothingElse) {
  folder_.write("base.yaml", "name: base\n" + kTop + kStem +
                                 "  - {name: v, block: vit, width: [8, 16], depth: [0, 1], "
                                 "expansion: 1}\n");
  folder_.write("middle.yaml", "extends: base.yaml\nstages: [{name: v, depth: 1}]\n");
  const Space s = space("extends: middle.yaml\nresolution: 24\nstages: [{name: v, width: 16}]\n");
  EXPECT_EQ(s.name(), "s");
  EXPECT_EQ(s.genes()[0].choices, (std::vector<double>{24}));
  EXPECT_EQ(s.genes()[4].choices, (std::vector<double>{16}));
  EXPECT_EQ(s.genes()[5].choices, (std::vector<double>{1}));
  EXPECT_EQ(s.genes()[6].choices, (std::vector<double>{1}));
}

TEST_F(LoadSpace, WhatIsWrittenIsTheSameSpaceAndStandsAlone) {
  for (const char* name :
       {"toy", "resnet", "h4h-32", "h4h-32-tiny", "h4h-32-mini", "h4h-imagenet", "h4h-imagenet-cnn",
        "h4h-imagenet-vit", "h4h-imagenet-cnn-then-vit", "alphanet", "ofa-mobilenetv3"}) {
    const Space shipped =
        load_space((tests::source_dir() / "nas/spaces" / name).string() + ".yaml");
    const std::string text = format_space(shipped);
    const Space read = space(text);  // in another folder, under another name
    EXPECT_EQ(read.name(), shipped.name());
    EXPECT_TRUE(read.genes() == shipped.genes()) << name;
    for (const Genotype& genotype : {shipped.min(), shipped.mid(), shipped.max()}) {
      EXPECT_TRUE(read.network(genotype) == shipped.network(genotype)) << name;
    }
    EXPECT_EQ(format_space(read), text);
  }
}

TEST_F(LoadSpace, NamesEveryMistakeAtOnce) {
  EXPECT_EQ(
      problem("classes: 0\nresolution: [32, 16]\nstages:\n"
              "  - {name: c, block: conv, width: 0, depth: 2}\n"
              "  - {name: c, block: vit, width: 12, depth: [0, 1], expansion: 1}\n"),
      "s.yaml:1: 'input_channels' is missing; expected: a whole number 1..64\n"
      "s.yaml:1: classes must be a whole number 1..1000000, not '0'\n"
      "s.yaml:2: resolution must be ascending; 16 comes after 32\n"
      "s.yaml:4: stage 'c': width must be a whole number 1..65536, not '0'\n"
      "s.yaml:4: stage 'c': unknown key 'depth'; allowed: name, block, width, stride, kernel, "
      "activation\n"
      "s.yaml:5: stage 'c': its name is taken by a stage above\n"
      "s.yaml:5: stage 'c': width must be a number 8..65536 in steps of 8, not '12'");
}

TEST_F(LoadSpace, NamesWhatIsWrongWithAStage) {
  EXPECT_EQ(stage_problem("name: x, block: konv"),
            "s.yaml:6: stage 'x': block must be one of: conv, mbconv, vit, basic, mbpool; not "
            "'konv'");
  EXPECT_EQ(stage_problem("name: x, block: vit, width: 12, depth: 1, expansion: 1"),
            "s.yaml:6: stage 'x': width must be a number 8..65536 in steps of 8, not '12'");
  EXPECT_EQ(stage_problem("name: x, block: vit, width: 16, depth: 1, expansion: 1, stride: 2"),
            "s.yaml:6: stage 'x': unknown key 'stride'; allowed: name, block, width, depth, "
            "expansion, activation");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: 16, depth: [0, 1], expansion: 1, stride: "
                          "2"),
            "s.yaml:6: stage 'x': depth 0 is not allowed in a stage of stride 2");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: 16, depth: 1"),
            "s.yaml:6: stage 'x': 'expansion' is missing; expected: a number or a list of them");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: 16, depth: [2, 1], expansion: 1"),
            "s.yaml:6: stage 'x': depth must be ascending; 1 comes after 2");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: 16, depth: 1.5, expansion: 1"),
            "s.yaml:6: stage 'x': depth must be a whole number 0..64, not '1.5'");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: {from: 16, to: 30, step: 8}, depth: 1, "
                          "expansion: 1"),
            "s.yaml:6: stage 'x': width must reach 30 from 16 in 0..999 steps of 8");
  EXPECT_EQ(
      stage_problem("name: x, block: mbconv, width: {from: 16, to: 32}, depth: 1, "
                    "expansion: 1"),
      "s.yaml:6: stage 'x': width: 'step' is missing; expected: the distance between two choices");
  EXPECT_EQ(stage_problem("name: x, block: mbconv, width: {from: 8, to: 16, step: 0}, depth: 1, "
                          "expansion: 1"),
            "s.yaml:6: stage 'x': width: step must be a whole number 1..65536, not '0'");
  EXPECT_EQ(stage_problem("name: x, block: conv, width: 16"),
            "s.yaml:6: stage 'x': the first stage, and no other, must be a conv");
  EXPECT_EQ(stage_problem("name: c, block: basic, width: 16, depth: 1"),
            "s.yaml:6: stage 'c': its name is taken by a stage above");
  EXPECT_EQ(stage_problem("name: a.b, block: basic, width: 16, depth: 1"),
            "s.yaml:6: stage 'a.b': a name is at most 64 letters, digits, - and _");
  EXPECT_EQ(stage_problem("name: mean, block: basic, width: 16, depth: 1"),
            "s.yaml:6: stage 'mean': this name is reserved");
  EXPECT_EQ(stage_problem("name: x, block: basic, width: [], depth: 1"),
            "s.yaml:6: stage 'x': width must have 1..1000 choices");
  EXPECT_EQ(stage_problem("name: x, block: basic, width: nan, depth: inf"),
            "s.yaml:6: stage 'x': width must be a whole number 1..65536, not 'nan'\n"
            "s.yaml:6: stage 'x': depth must be a whole number 0..64, not 'inf'");
}

TEST_F(LoadSpace, NothingComesAfterThePool) {
  EXPECT_EQ(problem(kTop + kStem +
                    "  - {name: p, block: mbpool, width: 64, expansion: 6}\n"
                    "  - {name: x, block: basic, width: 16, depth: 1}\n"),
            "s.yaml:6: stage 'p': mbpool must be the last stage");
}

TEST_F(LoadSpace, NamesWhatIsWrongWithTheFile) {
  EXPECT_EQ(problem("[]"),
            "s.yaml:1: a space file is a map with input_channels, classes, resolution and stages");
  EXPECT_EQ(problem("a: &x 1\n"), "s.yaml:1: anchors (&name) are not allowed");
  EXPECT_EQ(problem(kTop + "  []\n"), "s.yaml:5: stages must be a list of 1..200");
  EXPECT_EQ(problem(kTop + "  - conv\n"),
            "s.yaml:5: stages: every entry is a map, {name: ..., width: ...}");
  EXPECT_EQ(problem("clases: 3\n" + kTop + kStem),
            "s.yaml:1: unknown key 'clases'; allowed: extends, name, input_channels, classes, "
            "resolution, stages");
  EXPECT_EQ(message_of<SpaceError>([] { load_space("none.yaml"); }), "none.yaml: no such file");
  EXPECT_EQ(message_of<SpaceError>([] { load_space("/"); }), "/: is a directory");
}

TEST_F(LoadSpace, NamesWhatIsWrongWithAnExtension) {
  folder_.write("base.yaml", kTop + kStem +
                                 "  - {name: m, block: mbconv, width: 8, depth: 1, expansion: 2, "
                                 "stride: 2}\n");
  EXPECT_EQ(problem("name: s\nextends: none.yaml\n"),
            "s.yaml:2: extends 'none.yaml': no such file");
  EXPECT_EQ(problem("extends: [base.yaml]\n"), "s.yaml:1: extends must name a space file");
  EXPECT_EQ(problem("extends: base.yaml\nstages:\n  - {name: x, depth: 1}\n"),
            "s.yaml:3: stage 'x': the file that this one extends has no such stage; it has: c, m");
  EXPECT_EQ(problem("extends: base.yaml\nstages:\n  - {name: m, block: vit}\n"),
            "s.yaml:3: stage 'm': unknown key 'block'; allowed: name, width, depth, expansion, "
            "kernel, activation, se, shortcut");
  EXPECT_EQ(problem("extends: base.yaml\nstages:\n  - {name: m, depth: 0}\n"),
            "s.yaml:3: stage 'm': depth 0 is not allowed in a stage of stride 2");
}

TEST_F(LoadSpace, AnExtendedFileThatCannotBeReadIsNamedWithTheLine) {
  EXPECT_EQ(problem("name: s\nextends: /proc/self/mem\n"),
            "s.yaml:2: extends '/proc/self/mem': cannot be read: Input/output error");
  EXPECT_EQ(problem("name: s\nextends: /dev/zero\n"),
            "s.yaml:2: extends '/dev/zero': is not a regular file");
}

TEST_F(LoadSpace, ExtensionsAreBoundedInDepth) {
  for (int i = 0; i < 30; ++i) {
    folder_.write(fmt::format("d{}.yaml", i), fmt::format("extends: d{}.yaml\n", i + 1));
  }
  EXPECT_EQ(problem("name: s\nextends: d0.yaml\n"),
            "d14.yaml:1: extends reaches more than 16 files deep");
}

TEST_F(LoadSpace, ACircleOfExtensionsEnds) {
  EXPECT_EQ(problem("extends: s.yaml\n"), "s.yaml:1: extends 's.yaml', which extends this file");
  folder_.write("other.yaml", "name: o\nextends: s.yaml\n");
  EXPECT_EQ(problem("extends: other.yaml\n"),
            "other.yaml:2: extends 's.yaml', which extends this file");
}

Space shipped(const std::string& name) {
  return load_space((tests::source_dir() / "nas/spaces" / (name + ".yaml")).string());
}

TEST(Reductions, WithoutTransformersHaveOnlyNetworksOfTable1) {
  const Space whole = shipped("h4h-imagenet"), cnn = shipped("h4h-imagenet-cnn");
  Random random(1);
  for (int i = 0; i < 50; ++i) {
    const std::string text = cnn.text(cnn.sample(random));
    ASSERT_EQ(whole.text(whole.parse(text)), text);
  }
}

double depth(const Space& space, const Genotype& genotype, const std::string& stage) {
  for (const Stage& s : space.stages()) {
    if (s.name == stage) return space.value(genotype, s.depth);
  }
  throw SpaceError("no stage " + stage);
}

TEST(Reductions, ToTransformersKeepOnlyConvolutionsThatChangeStrideOrChannels) {
  const Space space = shipped("h4h-imagenet-vit");
  for (const Genotype& genotype : {space.min(), space.max()}) {
    for (const Stage& stage : space.stages()) {
      const double layers = space.value(genotype, stage.depth);
      const bool keeps_channels = stage.name.find("-2") != std::string::npos;
      if (stage.kind == StageKind::mbconv) {
        EXPECT_EQ(layers, keeps_channels ? 0 : 1) << stage.name;
      } else {
        EXPECT_GE(layers, 1) << stage.name;
      }
    }
  }
}

TEST(Reductions, ToConvolutionsThenTransformersMixNoStage) {
  const Space space = shipped("h4h-imagenet-cnn-then-vit");
  for (const char* const stage : {"vit3", "vit4-1", "vit4-2", "vit5-1", "vit5-2", "mb6-2"}) {
    EXPECT_EQ(depth(space, space.max(), stage), 0) << stage;
  }
  for (const char* const stage : {"mb6-1", "vit6-1", "vit6-2", "mb7", "vit7"}) {
    EXPECT_EQ(depth(space, space.min(), stage), 1) << stage;
  }
}

}  // namespace
}  // namespace h4h::nas
