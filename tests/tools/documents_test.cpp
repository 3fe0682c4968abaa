#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/csv/csv_table.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

// What tools/readme says of a document with this text. (That the documents of the repository are up
// to date is a test each: Documents.ShowWhatTheProgramPrints.)
Outcome checked(const std::string& text) {
  const TemporaryFolder folder;
  const std::string document = folder.write("page.md", text).string();
  return run("H4H=" H4H_BINARY " tools/readme --check " + document);
}

// The same of a tutorial, whose blocks run in an empty folder; `python`: where its package is.
Outcome checked_tutorial(const std::string& text, const std::string& python = "") {
  const TemporaryFolder folder;
  const std::string document = folder.write("tutorial-of-a-test.md", text).string();
  return run("env -u PYTHONPATH " + python + " H4H=" H4H_BINARY " tools/readme --check " +
             document);
}

void expect_problem(const std::string& text, const std::string& problem) {
  const Outcome o = checked(text);
  EXPECT_EQ(o.code, 1) << text;
  EXPECT_NE((o.out + o.err).find(problem), std::string::npos) << o.out << o.err;
}

const std::string kList = "```console\n$ h4h network list\n";

TEST(Documents, AreRightWhereABlockShowsWhatIsPrinted) {
  const Outcome o = checked(kList + run(H4H_BINARY " network list").out + "```\n");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
}

TEST(Documents, AreRightWhereLinesAreLeftOut) {
  const std::string first = lines(run(H4H_BINARY " network list").out).front();
  const Outcome o = checked(kList + first + "\n...\n```\n");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
}

TEST(Documents, AreStaleWhereABlockShowsSomethingElse) {
  expect_problem(kList + "mobilenet_v9\n```\n", "-mobilenet_v9");
  expect_problem(kList + "...\nno such line\n```\n", "no line of the output begins with 'no'");
}

TEST(Documents, NameACommandThatFailsUnlessItIsMeantTo) {
  const std::string command = "$ h4h platform check no.yaml\n";
  expect_problem("```console\n" + command + "```\n", ":1: h4h platform check no.yaml: exit code 1");
  const Outcome o = run("H4H_CACHE=none " H4H_BINARY " platform check no.yaml");
  EXPECT_EQ(checked("```console fails\n" + command + o.err + "```\n").code, 0) << o.err;
}

TEST(Documents, RunCommandsOnTheFilesThatTheyShow) {
  const std::string yaml =
      "```yaml\n# mine.yaml: a comment\nextends: platforms/h4h-7nm.yaml\n```\n";
  const Outcome o =
      checked(yaml + "```console\n$ h4h platform diff mine.yaml platforms/h4h-7nm.yaml\n```\n");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
}

TEST(Documents, NameOptionsFilesAndLinksThatDoNotExist) {
  expect_problem("```sh\nh4h sweep --vray cim.macros=1,2 \\\n  --out DIR\n```\n",
                 ":1: h4h sweep has no option --vray");
  expect_problem("```sh\nh4h simulate --platform platforms/none.yaml\n```\n",
                 "no such file: platforms/none.yaml");
  expect_problem("```sh\nh4h smulate\n```\n", "no such command: h4h smulate");
  expect_problem("\n[here](nowhere.md#at-all)\n", ":2: the link leads nowhere: nowhere.md");
  expect_problem("# A heading\n[to it](#a-heading), [to another](#b)\n",
                 ":2: the link leads to no heading: #b");
}

TEST(Tutorials, RunInAnEmptyFolderWithTheFilesThatTheyShow) {
  const std::string files = "```csv table.csv\na,b\n```\n```yaml\n# x.yaml\nb: 1\n```\n";
  const Outcome o = checked_tutorial(files + "```console\n$ ls\ntable.csv\nx.yaml\n```\n");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
}

TEST(Tutorials, RunPythonOnTheSameFiles) {
  const std::string writes = "```python\nopen('made.txt', 'w').write('1')\n```\n";
  const Outcome o =
      checked_tutorial(writes + "```console\n$ cat made.txt\n1\n```\n", "PYTHONPATH=.");
  EXPECT_EQ(o.code, 0) << o.out << o.err;
  const Outcome fails =
      checked_tutorial("```python\nraise KeyError('lost')\n```\n", "PYTHONPATH=.");
  EXPECT_EQ(fails.code, 1);
  EXPECT_NE(fails.err.find(":1: python: exit code 1"), std::string::npos) << fails.err;
  EXPECT_NE(fails.err.find("KeyError: 'lost'"), std::string::npos) << fails.err;
  const Outcome without = checked_tutorial(writes);
  EXPECT_EQ(without.code, 0);
  EXPECT_NE(without.err.find("not run: PYTHONPATH"), std::string::npos) << without.err;
}

TEST(Tutorials, SayWhyABlockIsNotRun) {
  const std::string block = "```sh\nsudo reboot\n```\n";
  const Outcome o = checked_tutorial("Text.\n" + block);
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find(":2: a block of a tutorial that is not run needs <!-- not run: REASON -->"),
            std::string::npos)
      << o.err;
  EXPECT_EQ(checked_tutorial("<!-- not run: needs root -->\n" + block).code, 0);
  EXPECT_EQ(checked_tutorial("<!-- not run: -->\n" + block).code, 1);
  EXPECT_EQ(checked_tutorial("```text\nnothing\n```\n").code, 1);
}

// Of the studies that take seconds; the others take longer (tools/readme --results).
TEST(Documents, ClaimsAreWhatTheProgramFinds) {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "out").string();
  const Outcome o =
      run(H4H_BINARY " reproduce fig3 fig5 pointwise fig10 fig11-hardware tpi-cost --out " + out);
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string results = content(source_dir() / "docs/results.md");
  const CsvTable claims(out + "/claims.csv",
                        {"id", "value", "accept", "verdict", "kind", "variant_of"});
  ASSERT_GE(claims.rows.size(), 50u);
  for (const CsvRow& claim : claims.rows) {
    const std::string verdict = claim.text("verdict");
    const std::string kind = claim.text("variant_of").empty() ? claim.text("kind") : "variant";
    const std::string row = fmt::format("\n| {} | {} | {:.3g} | {} | {} | ", claim.text("id"), kind,
                                        claim.number("value"), claim.text("accept"),
                                        verdict == "holds" ? verdict : "**" + verdict + "**");
    EXPECT_NE(results.find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace h4h::tests
