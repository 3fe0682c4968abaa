#include "nas/space/reduction.hpp"

#include <gtest/gtest.h>

#include "base/program_files.hpp"
#include "nas/search/description.hpp"
#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using tests::message_of;
using tests::TemporaryFolder;

const std::string kWhole =
    "name: whole\n"
    "input_channels: 3\n"
    "classes: 4\n"
    "resolution: [16, 32]\n"
    "stages:\n"
    "  - {name: c, block: conv, width: [8, 16], stride: 2}\n"
    "  - {name: m1, block: mbconv, width: [8, 16], depth: [1, 2], expansion: [2, 3], stride: 1}\n"
    "  - {name: v1, block: vit, width: [8, 16], depth: [0, 1], expansion: [1, 2]}\n"
    "  - {name: m2, block: mbconv, width: 24, depth: [0, 1], expansion: 3, stride: 1}\n"
    "  - {name: p, block: mbpool, width: [16, 32], expansion: 2}\n";

class ReductionOf : public ::testing::Test {
 protected:
  Space space(const std::string& text) const {
    return load_space(folder_.write("part.yaml", text).string());
  }
  Space changed(const std::string& lines) const {
    folder_.write("whole.yaml", kWhole);
    return space("extends: whole.yaml\n" + lines);
  }
  std::string problem(const Space& part) const {
    const std::string message = message_of<SpaceError>([&] { Reduction(whole_, part); });
    const std::string begin = "space " + part.name() + " is no reduction of whole: ";
    EXPECT_EQ(message.rfind(begin, 0), 0u) << message;
    return message.substr(std::min(message.size(), begin.size()));
  }

  TemporaryFolder folder_;
  Space whole_ = space(kWhole);
};

// Whatever is drawn: the same layers with the same shapes and names.
void expect_networks_of_the_whole(const Space& whole, const Reduction& reduction) {
  const Space& part = reduction.space();
  Random random(5);
  std::vector<Genotype> all{part.min(), part.max(), part.mid()};
  for (int i = 0; i < 40; ++i) all.push_back(part.sample(random));
  for (const Genotype& genotype : all) {
    workloads::Network there = whole.network(reduction.in_whole(genotype));
    there.name = part.network(genotype).name;
    EXPECT_EQ(part.network(genotype), there) << part.text(genotype);
  }
}

TEST_F(ReductionOf, EverySpaceIsOneOfItself) {
  const Reduction same(whole_, whole_);
  EXPECT_EQ(same.in_whole(whole_.max()), whole_.max());
  EXPECT_EQ(same.in_whole(whole_.mid()), whole_.mid());
  expect_networks_of_the_whole(whole_, same);
}

TEST_F(ReductionOf, HaveSomeOfTheChoicesOrLackStagesOfDepth0) {
  expect_networks_of_the_whole(
      whole_, {whole_, changed("resolution: 32\nstages:\n  - {name: m1, width: 16, depth: 2}\n"
                               "  - {name: v1, depth: 1, expansion: [1, 2]}\n")});
  expect_networks_of_the_whole(whole_, {whole_, changed("stages:\n  - {name: v1, depth: 0}\n")});
  std::string without_vit = kWhole;
  without_vit.erase(without_vit.find("  - {name: v1"),
                    kWhole.find("  - {name: m2") - kWhole.find("  - {name: v1"));
  expect_networks_of_the_whole(whole_, {whole_, space(without_vit)});
}

// Alone, a single width gives a stage a shortcut that was never trained.
TEST_F(ReductionOf, HaveTheShortcutsOfTheWholeSpace) {
  const Space alone = changed("stages:\n  - {name: c, width: 16}\n  - {name: m1, width: 16}\n");
  ASSERT_TRUE(alone.first_adds_input(1));
  const Reduction reduction(whole_, alone);
  EXPECT_FALSE(reduction.space().first_adds_input(1));
  expect_networks_of_the_whole(whole_, reduction);
  const std::string text = format_space(reduction.space());
  EXPECT_NE(text.find("shortcut: none"), std::string::npos) << text;
  EXPECT_EQ(format_space(alone).find("shortcut"), std::string::npos);
  const Space again = space(text);
  EXPECT_FALSE(again.first_adds_input(1));
  EXPECT_EQ(format_space(again), text);
  EXPECT_NE(space_hash(again), space_hash(alone)) << "other networks";
}

TEST_F(ReductionOf, ShippedOnesOfTable1AreSome) {
  const Space whole = load_space("h4h-imagenet");
  for (const char* const name : {"h4h-imagenet-cnn", "h4h-imagenet-vit"}) {
    const Space part = load_space(name);
    if (std::string(name) == "h4h-imagenet-vit") {
      EXPECT_NE(
          message_of<SpaceError>([&] { Reduction(whole, part); }).find("stage mb2: depth 1 is"),
          std::string::npos);
      continue;
    }
    const Reduction reduction(whole, part);
    EXPECT_EQ(part.text(part.max()), reduction.space().text(reduction.space().max()));
    EXPECT_EQ(whole.value(reduction.in_whole(part.max()), 0), 288);
  }
}

TEST_F(ReductionOf, WhatIsNoneIsNamed) {
  const auto stage = [&](const std::string& line) {
    return changed("stages:\n  - {" + line + "}\n");
  };
  EXPECT_EQ(problem(changed("classes: 5\n")), "5 classes instead of 4");
  EXPECT_EQ(problem(changed("input_channels: 1\n")), "1 input channels instead of 3");
  EXPECT_EQ(problem(changed("resolution: [16, 24]\n")), "resolution 24 is not one of: 16, 32");
  EXPECT_EQ(problem(stage("name: m1, width: [8, 24]")), "stage m1: width 24 is not one of: 8, 16");
  EXPECT_EQ(problem(stage("name: v1, depth: 2")), "stage v1: depth 2 is not one of: 0, 1");
  EXPECT_EQ(problem(stage("name: m2, expansion: 4")), "stage m2: expansion 4 is not one of: 3");
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = kWhole;
    return space("name: other\n" + text.replace(text.find(from), from.size(), to).substr(12));
  };
  EXPECT_EQ(problem(edited("name: m1", "name: m9")), "there is no stage m9");

  const std::size_t m1 = kWhole.find("  - {name: m1"), v1 = kWhole.find("  - {name: v1"),
                    m2 = kWhole.find("  - {name: m2");
  EXPECT_EQ(problem(space("name: other\n" + kWhole.substr(12, m1 - 12) + kWhole.substr(v1))),
            "stage m1 is missing, or not in its place");
  EXPECT_EQ(
      problem(space("name: other\n" + kWhole.substr(12, m1 - 12) + kWhole.substr(v1, m2 - v1) +
                    kWhole.substr(m1, v1 - m1) + kWhole.substr(m2))),
      "stage m1 is missing, or not in its place");
  EXPECT_EQ(problem(edited("expansion: [2, 3], stride: 1", "expansion: [2, 3], stride: 2")),
            "stage m1: stride 2 instead of 1");
  EXPECT_EQ(problem(edited("{name: v1, block: vit", "{name: v1, block: mbconv")),
            "stage v1 is mbconv instead of vit");
}

TEST_F(ReductionOf, AShortcutThatTheWholeHasMustStay) {
  std::string fixed = kWhole;
  for (const std::string width : {"width: [8, 16], stride: 2", "width: [8, 16], depth: [1, 2]"}) {
    fixed.replace(fixed.find(width) + 7, 7, "8");
  }
  const Space whole = space(fixed);
  ASSERT_TRUE(whole.first_adds_input(1));
  folder_.write("whole.yaml", fixed);
  const Space part = space("extends: whole.yaml\nstages:\n  - {name: m1, shortcut: none}\n");
  EXPECT_EQ(message_of<SpaceError>([&] { Reduction(whole, part); }),
            "space part is no reduction of whole: stage m1: its first layer has no shortcut");
}

TEST_F(ReductionOf, ShortcutIsAKeyOfMbconvStagesAlone) {
  EXPECT_NE(message_of<SpaceError>([&] {
              changed("stages:\n  - {name: v1, shortcut: none}\n");
            }).find("unknown key 'shortcut'"),
            std::string::npos);
  EXPECT_NE(message_of<SpaceError>([&] { changed("stages:\n  - {name: m1, shortcut: some}\n"); })
                .find("part.yaml:3: stage 'm1': shortcut must be one of: auto, none, projection; "
                      "not 'some'"),
            std::string::npos);
}

}  // namespace
}  // namespace h4h::nas
