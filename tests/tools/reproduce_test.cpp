#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/chromium.hpp"
#include "tests/support/files.hpp"
#include "tests/tools/support.hpp"
#include "workloads/import/csv/table.hpp"

namespace h4h::tests {
namespace {

namespace fs = std::filesystem;

// fig3, the quickest study, in a folder of its own.
struct Reproduced : TemporaryFolder {
  std::string out = (path() / "a").string();

  Outcome fig3(const std::string& more = {}) const {
    return h4h("reproduce fig3 --out " + out + " " + more);
  }
  // A claim about fig3's best layer, which uses almost the whole NPU.
  std::string claim(const std::string& rule) const {
    return write("c.yaml",
                 "- {id: X, study: fig3, quotation: \"words, of the paper\", "
                 "value: throughput_last_doubling_gain, accept: '" +
                     rule + "'}\n")
        .string();
  }
};

TEST(Reproduce, ListNamesEveryStudyAndWhatItShows) {
  const Outcome o = h4h("reproduce --list");
  EXPECT_EQ(o.code, 0) << o.err;
  for (const char* const name : {"fig3 ", "fig5 ", "fig10 ", "fig11-hardware "}) {
    EXPECT_NE(o.out.find(name), std::string::npos) << name;
  }
}

TEST(Reproduce, WritesTheStudyTheClaimsAndThePage) {
  const Reproduced r;
  const Outcome o = r.fig3();
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("C1.rise.throughput"), std::string::npos);
  EXPECT_EQ(o.out.find("C7"), std::string::npos) << "a claim of a study that did not run";
  const workloads::CsvTable study(fs::path(r.out) / "fig3.csv", {"op", "channels", "latency_s"});
  EXPECT_EQ(study.rows.size(), 2 * (3u * 6 + 8));
  const workloads::CsvTable claims(
      fs::path(r.out) / "claims.csv",
      {"id", "quotation", "value", "accept", "verdict", "assumptions"});
  EXPECT_EQ(claims.columns.size(), 6u);
  EXPECT_EQ(claims.rows.size(), 8u);
  const std::string page = content(fs::path(r.out) / "index.html");
  for (const char* fetches : {"src=", "href=", "@import", "url(", "<link"}) {
    EXPECT_EQ(page.find(fetches), std::string::npos) << fetches;
  }
}

TEST(Reproduce, SameInputGivesTheSameBytes) {
  const Reproduced a, b;
  EXPECT_EQ(a.fig3().out, b.fig3().out);
  for (const char* const file : {"fig3.csv", "claims.csv", "index.html"}) {
    EXPECT_EQ(content(fs::path(a.out) / file), content(fs::path(b.out) / file)) << file;
  }
}

TEST(Reproduce, ClaimsThatDoNotHoldSayDiffers) {
  const Reproduced holds, differs;
  const Outcome yes = holds.fig3("--claims " + holds.claim("0 .. 1"));
  EXPECT_NE(yes.out.find("0 .. 1  holds\n"), std::string::npos) << yes.out << yes.err;
  const Outcome no = differs.fig3("--claims " + differs.claim("> 1"));
  EXPECT_EQ(no.code, 0);
  EXPECT_NE(no.out.find("> 1     differs\n"), std::string::npos) << no.out << no.err;
  EXPECT_NE(content(fs::path(differs.out) / "claims.csv").find(",differs,"), std::string::npos);
}

TEST(Reproduce, SetReachesTheStudy) {
  const Reproduced r, slow;
  const auto latency = [](const Reproduced& of) {
    const workloads::CsvTable table(fs::path(of.out) / "fig3.csv", {"latency_s"});
    return table.rows.back().number("latency_s");
  };
  ASSERT_EQ(r.fig3().code, 0);
  ASSERT_EQ(slow.fig3("--set 'npu.clock=500 MHz'").code, 0);
  EXPECT_GT(latency(slow), latency(r));
}

TEST(Reproduce, MacrosAgainstTheNpuInBothDuplexes) {
  const Reproduced r;
  const Outcome o = h4h("reproduce fig10 fig5 --out " + r.out);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_LT(o.out.find("C3."), o.out.find("C7.")) << "claims come in the order of their file";
  const workloads::CsvTable table(fs::path(r.out) / "fig5.csv",
                                  {"duplex", "op", "macros", "throughput_ratio"});
  for (const workloads::CsvRow& row : table.rows) {
    EXPECT_GT(row.number("throughput_ratio"), 0) << row.line();
  }
  EXPECT_EQ(table.rows.size(), 2u * 3 * (8 + 5 * 6));
}

TEST(Reproduce, PageDrawsItselfInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const Reproduced r;
  ASSERT_EQ(h4h("reproduce fig3 fig5 fig10 --out " + r.out).code, 0);
  const std::string dom = rendered(r, fs::path(r.out) / "index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("id=\"fig10-5\""), std::string::npos);
  EXPECT_NE(dom.find("increasing then saturating"), std::string::npos);
}

TEST(Reproduce, GoesOnInItsOwnFolderAndRefusesThatOfOthers) {
  const Reproduced r;
  const std::string first = r.fig3().out;
  const Outcome again = r.fig3("--resume");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, first);
  expect_failure("reproduce fig10 --out " + r.out, 1,
                 "of other arguments: studies was fig3, is fig10 now");
  expect_failure("reproduce fig3 --set 'npu.clock=500 MHz' --out " + r.out, 1,
                 "of other arguments: platform was h4h-7nm ");
  r.write("x", "");
  expect_failure("reproduce fig3 --out " + r.path().string(), 1, "and no reproduce.json");
  r.write("a/reproduce.json", "{");
  expect_failure("reproduce fig3 --out " + r.out, 1, "reproduce.json is not of this command");
  expect_failure("reproduce fig3 --resume --out " + (r.path() / "b").string(), 1,
                 "nothing to go on with");
}

TEST(Reproduce, WrongUseExitsWithTwo) {
  const Reproduced r;
  const std::string out = " --out " + r.out;
  expect_failure("reproduce" + out, 2, "which studies?");
  expect_failure("reproduce fig3", 2, "--out is missing");
  expect_failure("reproduce fig4" + out, 2,
                 "study 'fig4' is not one of: fig3, fig5, fig10, fig11-hardware, all");
  expect_failure("reproduce fig3 --set cim.makros=1" + out, 2, "cim.makros");
  expect_failure("reproduce fig3 fig5 --set cim.macros=1" + out, 2,
                 "--set cim.macros: what was asked for varies this key itself");
  expect_failure("reproduce fig3 --accuracy surrogate" + out, 2, "accuracy");
  expect_failure("reproduce fig3 --uncertainty" + out, 2, "uncertainty");
  EXPECT_FALSE(fs::exists(r.out));
}

TEST(Reproduce, WrongFilesAreNamed) {
  const Reproduced r;
  const std::string out = " --out " + r.out;
  expect_failure("reproduce fig3 --platform none.yaml" + out, 1, "none.yaml: no such file");
  expect_failure("reproduce fig3 --claims none.yaml" + out, 1, "none.yaml: no such file");
  expect_failure("reproduce fig3 --claims " + r.claim("about 1") + out, 1,
                 "c.yaml:1: claim: 'about 1' is not a rule");
  expect_failure("reproduce fig5 --set 'cim.macro_size=1 Mib'" + out, 1,
                 "fc 1x1x512 does not fit on 1 macros");
}

}  // namespace
}  // namespace h4h::tests
