#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "base/program_files.hpp"
#include "tests/tools/support.hpp"
#include "tools/h4h/commands.hpp"

namespace h4h::tests {
namespace {

// What bash offers at the end of a line, sorted; the line's words are split as bash splits them.
std::vector<std::string> completed(const std::string& words) {
  static const std::string script = h4h("completion bash").out;
  const TemporaryFolder folder;
  const auto file = folder.write("h4h.bash", script);
  const Outcome o = run("bash -c '. " + file.string() + "; COMP_WORDS=(h4h " + words +
                        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _h4h; "
                        "printf \"%s\\n\" \"${COMPREPLY[@]}\"'");
  EXPECT_EQ(o.code, 0) << words << o.err;
  EXPECT_EQ(o.err, "") << words;
  std::vector<std::string> offered = lines(o.out);
  std::sort(offered.begin(), offered.end());
  if (!offered.empty() && offered.front().empty()) offered.clear();
  return offered;
}

bool offers(const std::string& words, const std::string& word) {
  const std::vector<std::string> all = completed(words);
  return std::find(all.begin(), all.end(), word) != all.end();
}

using Words = std::vector<std::string>;

TEST(Completion, OffersEveryCommand) {
  for (const tools::Command& command : tools::h4h_program().commands) {
    EXPECT_TRUE(offers("\"\"", command.name)) << command.name;
  }
  EXPECT_EQ(completed("sim"), Words{"simulate"});
  EXPECT_EQ(completed("help sim"), Words{"simulate"});
}

TEST(Completion, OffersTheOptionsOfTheHelpOfEveryCommand) {
  const std::regex option("(^|\n)  (-h \\[ )?(--[a-z0-9-]+)");
  for (const tools::Command& command : tools::h4h_program().commands) {
    const std::string name = command.name;
    const Outcome help = h4h(name + " --help");
    if (help.code != 0) continue;  // train, without LibTorch
    Words shown;
    for (std::sregex_iterator m(help.out.begin(), help.out.end(), option), end; m != end; ++m) {
      shown.push_back((*m)[3]);
    }
    ASSERT_FALSE(shown.empty()) << name;
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    EXPECT_EQ(completed(name + " --"), shown) << name;
  }
}

TEST(Completion, OffersTheWordsThatAnOptionTakes) {
  EXPECT_EQ(completed("simulate --format \"\""), (Words{"csv", "json", "table"}));
  EXPECT_EQ(completed("simulate --format = j"), Words{"json"});
  EXPECT_EQ(completed("search --objective \"\""), (Words{"energy", "latency"}));
  EXPECT_EQ(completed("simulate --mapping npu"), Words{"npu"});
  EXPECT_EQ(completed("search --random s"), Words{"same"});
  EXPECT_EQ(completed("simulate --cache non"), Words{"none"});
  EXPECT_EQ(completed("simulate --network vit"), Words{"vit_tiny"});
  EXPECT_EQ(completed("simulate --set cim.macros"), Words{"cim.macros="});
  EXPECT_EQ(completed("simulate --set cim.macros = \"\""), Words{}) << "no value of a key";
  EXPECT_EQ(completed("simulate --top \"\""), Words{}) << "a number";
}

// The words of a usage error are those that a command accepts.
TEST(Completion, OffersNoOtherWordsThanTheCommandsAccept) {
  for (const std::string option :
       {"simulate --platform h4h-7nm --network ds_cnn_kws --format",
        "simulate --platform h4h-7nm --network ds_cnn_kws --effort",
        "simulate --platform h4h-7nm --network ds_cnn_kws --objective",
        "simulate --platform h4h-7nm --network ds_cnn_kws --unsupported",
        "search --space toy --platform h4h-7nm --accuracy surrogate --out o --objective",
        "search --space toy --platform h4h-7nm --accuracy surrogate --out o --algorithm",
        "search --space toy --platform h4h-7nm --accuracy surrogate --out o --recipe"}) {
    const std::string error = h4h(option + " zzz").err, before = "is not one of: ";
    const std::size_t at = error.find(before);
    ASSERT_NE(at, std::string::npos) << option << error;
    std::string list = error.substr(at + before.size());
    list = list.substr(0, list.find(';'));
    for (const std::string& word : completed(option + " \"\"")) {
      EXPECT_NE((", " + list + ",").find(", " + word + ","), std::string::npos) << option << word;
      list.replace(list.find(word), word.size(), "");
    }
    EXPECT_EQ(list.find_first_not_of(", "), std::string::npos) << option << ": " << list;
  }
}

TEST(Completion, OffersSubcommandsFirstAndThenWhatTheyTake) {
  EXPECT_EQ(completed("platform \"\""), (Words{"check", "diff", "new", "schema", "show"}));
  EXPECT_EQ(completed("cache \"\""), (Words{"clear", "merge", "stats", "verify"}));
  EXPECT_EQ(completed("completion \"\""), (Words{"bash", "zsh"}));
  EXPECT_TRUE(offers("platform --format json show h4h", "h4h-7nm"));
  EXPECT_TRUE(offers("space show to", "toy"));
  EXPECT_TRUE(offers("compare h4h-7nm cim", "cim-analog"));
  EXPECT_TRUE(offers("reproduce fig3 fi", "fig5"));
  for (const std::string command : {"platform", "network", "space", "cache"}) {
    std::string known = h4h(command + " zzz").err;
    for (const std::string& word : completed(command + " \"\"")) {
      EXPECT_NE(known.find(word), std::string::npos) << command << " " << word;
    }
  }
}

TEST(Completion, OffersShippedFilesAndThoseOfTheDirectory) {
  for (const std::string& name : shipped_names("platforms")) {
    EXPECT_TRUE(offers("simulate --platform \"\"", name)) << name;
  }
  EXPECT_TRUE(offers("simulate --platform plat", "platforms"));
  EXPECT_EQ(completed("sweep --out te"), Words{"tests"}) << "directories alone";
  EXPECT_EQ(completed("sweep --out REA"), Words{});
}

TEST(Completion, OfZshIsAScriptThatZshParses) {
  const Outcome o = h4h("completion zsh");
  EXPECT_EQ(o.code, 0);
  EXPECT_EQ(o.out.rfind("#compdef h4h\n", 0), 0u);
  if (run("command -v zsh").code != 0) GTEST_SKIP() << "zsh is not installed";
  const TemporaryFolder folder;
  folder.write("_h4h", o.out);
  EXPECT_EQ(run("zsh -n " + (folder.path() / "_h4h").string()).err, "");
}

TEST(Completion, OfAnotherShellIsRefused) {
  expect_failure("completion powershell", 2, "unknown subcommand 'powershell'; known: bash, zsh");
  expect_failure("completion", 2, "subcommand required: bash, zsh");
}

}  // namespace
}  // namespace h4h::tests
