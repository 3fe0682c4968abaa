#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/csv/csv_table.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

struct Example {
  std::string command;
  std::vector<std::string> lines;  // "..." stands for lines left out
};

// The ```console blocks of a file, one example for each line that starts with "$ h4h ".
std::vector<Example> examples(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Example> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```console";
    } else if (inside && line.rfind("$ h4h ", 0) == 0) {
      found.push_back({line.substr(6), {}});
    } else if (inside && !found.empty()) {
      found.back().lines.push_back(line);
    }
  }
  return found;
}

// Lines must follow each other as shown, with gaps only at "...".
void expect_shown(const Example& example, const std::string& output) {
  std::istringstream stream(output);
  std::string line;
  bool gap = false;
  for (const std::string& shown : example.lines) {
    if (shown == "...") {
      gap = true;
      continue;
    }
    bool more = static_cast<bool>(std::getline(stream, line));
    while (gap && more && line != shown) more = static_cast<bool>(std::getline(stream, line));
    ASSERT_TRUE(more) << example.command << ": not printed: " << shown;
    ASSERT_EQ(line, shown) << example.command;
    gap = false;
  }
}

TEST(Readme, ShowsWhatTheProgramPrints) {
  const std::vector<Example> all = examples(source_dir() / "README.md");
  EXPECT_GE(all.size(), 4u);
  for (const Example& example : all) {
    std::string command = example.command;
    const std::string file = "hand_landmark_lite.tflite";
    const std::size_t at = command.find(file);
    if (at != std::string::npos) {
      const auto path = shared_file("nets/mediapipe/" + file);
      if (path.empty()) {
        std::cout << "left out, needs " << file << " of npm package @mediapipe/hands\n";
        continue;
      }
      command.replace(at, file.size(), path.string());
    }
    const TemporaryFolder folder;
    const std::string out = "--out DIR";
    const std::size_t written = command.find(out);
    if (written != std::string::npos) {
      command.replace(written, out.size(), "--out " + (folder.path() / "out").string());
    }
    const Outcome outcome = run(H4H_BINARY " " + command);
    EXPECT_EQ(outcome.code, 0) << command << "\n" << outcome.err;
    expect_shown(example, outcome.out);
  }
}

// Of the studies that take seconds; the others take longer (tools/readme --results).
TEST(Readme, ClaimsAreWhatTheProgramFinds) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "out").string();
  const Outcome o =
      run(H4H_BINARY " reproduce fig3 fig5 pointwise fig10 fig11-hardware --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string readme = content(source_dir() / "README.md");
  const CsvTable claims(out + "/claims.csv",
                        {"id", "value", "accept", "verdict", "kind", "variant_of"});
  ASSERT_GE(claims.rows.size(), 50u);
  for (const CsvRow& claim : claims.rows) {
    const std::string verdict = claim.text("verdict");
    const std::string kind = claim.text("variant_of").empty() ? claim.text("kind") : "variant";
    const std::string row = fmt::format("\n| {} | {} | {:.3g} | {} | {} | ", claim.text("id"), kind,
                                        claim.number("value"), claim.text("accept"),
                                        verdict == "holds" ? verdict : "**" + verdict + "**");
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace h4h::tests
