#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "base/csv/csv_table.hpp"
#include "base/json/json_parser.hpp"
#include "sim/report/checksum.hpp"
#include "tests/support/chromium.hpp"
#include "tests/support/files.hpp"
#include "tests/support/provenance.hpp"
#include "tests/tools/support.hpp"

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
                 "value: throughput_last_doubling_gain, kind: tested, accept: '" +
                     rule + "'}\n")
        .string();
  }
  // Ablations of searches take longer than the searches of a test.
  std::string shipped_without_ablations() const {
    std::istringstream shipped(content(source_dir() / "tools/studies/claims.yaml"));
    std::string text;
    for (std::string line; std::getline(shipped, line);) {
      if (line.find("  headline: ") == std::string::npos) text += line + "\n";
    }
    return write("shipped.yaml", text).string();
  }
};

TEST(Reproduce, ListNamesEveryStudyAndWhatItShows) {
  const Outcome o = h4h("reproduce --list");
  EXPECT_EQ(o.code, 0) << o.err;
  for (const char* const name : {"fig3 ",
                                 "fig5 ",
                                 "pointwise ",
                                 "fig7 ",
                                 "fig8 ",
                                 "energy ",
                                 "fig10 ",
                                 "fig11-hardware ",
                                 "energy-hardware ",
                                 "npu-generations ",
                                 "tpi-cost ",
                                 "table2 ",
                                 "table2-controls ",
                                 "fig7-trained ",
                                 "fig8-trained ",
                                 "energy-trained ",
                                 "fig9 ",
                                 "fig11 ",
                                 "conflict ",
                                 "Not reproduced:",
                                 "table 2 and figures 7, 8, 9 and 11 on ImageNet: ",
                                 "section 6.1 on chips with macros: "}) {
    EXPECT_NE(o.out.find(name), std::string::npos) << name;
  }
}

TEST(Reproduce, WritesTheStudyTheClaimsAndThePage) {
  const Reproduced r;
  const Outcome o = r.fig3();
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("C1.rise.throughput"), std::string::npos);
  EXPECT_EQ(o.out.find("C7"), std::string::npos) << "a claim of a study that did not run";
  const CsvTable study(fs::path(r.out) / "fig3.csv", {"op", "channels", "latency_s"});
  EXPECT_EQ(study.rows.size(), 2 * (3u * 6 + 8));
  const CsvTable claims(fs::path(r.out) / "claims.csv",
                        {"id", "quotation", "value", "accept", "verdict", "assumptions",
                         "accuracy_by", "kind", "follows", "variant_of"});
  EXPECT_EQ(claims.columns.size(), 13u);
  EXPECT_EQ(claims.rows.size(), 16u) << "eight, and a variant of each";
  EXPECT_NE(o.out.find(" of 8 tested claims hold. Not counted: "), std::string::npos) << o.out;
  for (const auto& [file, schema] :
       std::map<std::string, std::string>{{"fig3.csv", "h4h.study/1"},
                                          {"claims.csv", "h4h.claims/1"},
                                          {"measures.csv", "h4h.measures/1"}}) {
    expect_provenance_columns(content(fs::path(r.out) / file), schema);
  }
  EXPECT_NE(content(fs::path(r.out) / "fig3.svg").find("<title id=\"title\">fig3: throughput"),
            std::string::npos);
  const std::string page = content(fs::path(r.out) / "index.html");
  for (const char* fetches : {"src=", "href=", "@import", "url(", "<link"}) {
    EXPECT_EQ(page.find(fetches), std::string::npos) << fetches;
  }
  EXPECT_NE(
      page.find(
          "<code id=\"command\"><span>h4h</span> <span>reproduce</span> <span>fig3</span></code>"),
      std::string::npos);
}

TEST(Reproduce, SameInputGivesTheSameBytes) {
  const Reproduced a, b;
  EXPECT_EQ(a.fig3().out, b.fig3().out);
  for (const char* const file : {"fig3.csv", "fig3.svg", "claims.csv", "index.html"}) {
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
    const CsvTable table(fs::path(of.out) / "fig3.csv", {"latency_s"});
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
  const CsvTable table(fs::path(r.out) / "fig5.csv",
                       {"duplex", "op", "macros", "throughput_ratio"});
  for (const CsvRow& row : table.rows) {
    EXPECT_GT(row.number("throughput_ratio"), 0) << row.line();
  }
  EXPECT_EQ(table.rows.size(), 2u * 3 * (8 + 5 * 6));
  const CsvTable ablations(fs::path(r.out) / "ablations.csv",
                           {"id", "ablation", "value", "verdict"});
  std::set<std::string> of_depthwise;
  for (const CsvRow& row : ablations.rows) {
    if (row.text("id") == "C3.depthwise.throughput") of_depthwise.insert(row.text("ablation"));
  }
  EXPECT_EQ(of_depthwise, (std::set<std::string>{"cim.capacity=ignore", "noc.duplex=full",
                                                 "sram.schedule=cascade",
                                                 "sram.schedule=cascade sram.halo=recompute"}));
  EXPECT_NE(o.out.find("\nablation "), std::string::npos) << o.out;
}

TEST(Reproduce, PageDrawsItselfInChromium) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const Reproduced r;
  ASSERT_EQ(h4h("reproduce fig3 fig5 fig10 --out " + r.out).code, 0);
  const std::string dom = rendered(r, fs::path(r.out) / "index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("id=\"fig10-5\""), std::string::npos);
  EXPECT_NE(dom.find("increasing then saturating"), std::string::npos);
  EXPECT_NE(dom.find("variant of C1.rise.energy"), std::string::npos);
  EXPECT_NE(dom.find("full duplex</th>"), std::string::npos);
  EXPECT_NE(dom.find("tested claims hold"), std::string::npos);
  EXPECT_NE(dom.find("section 6.1 on chips with macros: "), std::string::npos);
}

constexpr const char* kRanged = "--uncertainty --samples 4 --jobs 1";

TEST(Reproduce, UncertaintySaysInWhatShareOfSamplesClaimsHoldAndWhatBreaksThem) {
  const Reproduced r;
  const Outcome o = r.fig3(kRanged);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_NE(o.out.find("interval"), std::string::npos);
  const CsvTable claims(fs::path(r.out) / "claims.csv",
                        {"id", "value", "low", "high", "p5", "p95", "holds_share", "broken_by",
                         "mended_by", "told_apart_by", "moved_by"});
  ASSERT_EQ(claims.rows.size(), 16u);
  for (const CsvRow& row : claims.rows) {
    EXPECT_LE(row.number("low"), row.number("value")) << row.text("id");
    EXPECT_GE(row.number("high"), row.number("value")) << row.text("id");
    const double share = row.number("holds_share") * 4;
    EXPECT_EQ(share, std::round(share)) << "of four samples";
  }
  // The NPU waits for a NoC of half the bandwidth, of whatever size its layers are.
  EXPECT_EQ(claims.rows.at(1).text("id"), "C1.rise.throughput.full");
  EXPECT_EQ(claims.rows.at(1).text("broken_by"), "noc.bandwidth");
}

TEST(Reproduce, UncertaintyGoesOnAfterAKillToTheSameBytes) {
  const Reproduced whole, killed;
  const std::string out = whole.fig3(kRanged).out;
  ASSERT_EQ(killed.fig3(kRanged).out, out);
  const std::string lines = content(fs::path(killed.out) / "variants.jsonl");
  killed.write("a/variants.jsonl", lines.substr(0, lines.size() / 2));
  fs::remove(fs::path(killed.out) / "claims.csv");
  EXPECT_EQ(killed.fig3("--resume --uncertainty --samples 4 --jobs 2").out, out);
  for (const char* const file : {"claims.csv", "index.html", "variants.jsonl"}) {
    EXPECT_EQ(content(fs::path(killed.out) / file), content(fs::path(whole.out) / file)) << file;
  }
  expect_failure("reproduce fig3 --uncertainty --samples 5 --out " + whole.out, 1,
                 "uncertainty was 4 samples of seed 1");
}

// Lines as variant_line writes them, after a change of their values.
std::string with_checksums(const std::string& changed) {
  std::string text;
  for (const std::string& line : lines(changed)) {
    text += sim::json_with_checksum(parse_json(line), JsonLayout::compact) + "\n";
  }
  return text;
}

TEST(Reproduce, UncertaintyMeasuresADamagedVariantAgain) {
  const Reproduced r;
  const std::string out = r.fig3(kRanged).out;
  const std::string noted = content(fs::path(r.out) / "variants.jsonl");
  std::string damaged = noted;
  const std::string name = "\"throughput_least_rise\":";
  damaged.replace(damaged.rfind(name) + name.size(), 1, "9");
  r.write("a/variants.jsonl", damaged);
  EXPECT_EQ(r.fig3(kRanged).out, out);
  EXPECT_EQ(content(fs::path(r.out) / "variants.jsonl"), noted);
  const std::string past = with_checksums(R"({"variant":999,"measures":{}})");
  r.write("a/variants.jsonl", noted + past);
  const Outcome o = r.fig3(kRanged);
  EXPECT_EQ(o.code, 1);
  EXPECT_NE(o.err.find("variants.jsonl: line "), std::string::npos) << o.err;
  EXPECT_NE(o.err.find(": variant 999 of "), std::string::npos) << o.err;
}

// The same variants of studies that measure otherwise now, or of other claims.
TEST(Reproduce, UncertaintyTrustsNoVariantsOfAnotherProgram) {
  const Reproduced r;
  const std::string out = r.fig3(kRanged).out;
  std::string lines = content(fs::path(r.out) / "variants.jsonl");
  const std::string name = "\"throughput_least_rise\":";
  for (std::size_t at = lines.find(name); at != std::string::npos; at = lines.find(name, at + 1)) {
    lines.replace(at + name.size(), 1, "9");
  }
  r.write("a/variants.jsonl", with_checksums(lines));
  EXPECT_EQ(r.fig3(kRanged).out, out);
  expect_failure(
      "reproduce fig3 --uncertainty --samples 4 --claims " + r.claim("> 1") + " --out " + r.out, 1,
      "with other arguments: claims was");
}

// What a line says is believed where the chip as it is measures what it did.
TEST(Reproduce, UncertaintyGoesOnFromWhatWasNoted) {
  const Reproduced r;
  ASSERT_EQ(r.fig3(kRanged).code, 0);
  std::string lines = content(fs::path(r.out) / "variants.jsonl");
  const std::string name = "\"throughput_least_rise\":";
  const std::size_t last = lines.rfind(name);
  lines.replace(last + name.size(), 1, "9");
  r.write("a/variants.jsonl", with_checksums(lines));
  ASSERT_EQ(r.fig3(kRanged).code, 0);
  const CsvTable claims(fs::path(r.out) / "claims.csv", {"id", "high"});
  EXPECT_GE(claims.rows.front().number("high"), 9);
}

TEST(Reproduce, MeasuresAreAllThatWasMeasured) {
  const Reproduced r;
  ASSERT_EQ(r.fig3(kRanged).code, 0);
  const CsvTable measures(fs::path(r.out) / "measures.csv",
                          {"study", "measure", "value", "low", "high", "moved_by"});
  const CsvTable claims(fs::path(r.out) / "claims.csv", {"value", "low"});
  EXPECT_GE(measures.rows.size(), claims.rows.size());
  for (const CsvRow& row : measures.rows) {
    EXPECT_LE(row.number("low"), row.number("value"));
    EXPECT_GE(row.number("high"), row.number("value"));
  }
}

TEST(Reproduce, UncertaintyDrawsWhatAClaimHangsOn) {
  if (!has_chromium()) GTEST_SKIP() << "needs Debian's package chromium";
  const Reproduced r;
  ASSERT_EQ(r.fig3(kRanged).code, 0);
  const std::string dom = rendered(r, fs::path(r.out) / "index.html");
  expect_ready(dom);
  EXPECT_NE(dom.find("claim-figures-0-tornado"), std::string::npos);
  EXPECT_NE(dom.find("(holds in 100.0"), std::string::npos) << "an option of a claim";
}

TEST(Reproduce, GoesOnInItsOwnFolderAndRefusesThatOfOthers) {
  const Reproduced r;
  const std::string first = r.fig3().out;
  const Outcome again = r.fig3("--resume");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, first);
  expect_failure("reproduce fig10 --out " + r.out, 1,
                 "with other arguments: studies was fig3, is fig10 now");
  expect_failure("reproduce fig3 --set 'npu.clock=500 MHz' --out " + r.out, 1,
                 "with other arguments: platform was h4h-7nm ");
  r.write("x", "");
  expect_failure("reproduce fig3 --out " + r.path().string(), 1, "but no reproduce.json");
  r.write("a/reproduce.json", "{");
  expect_failure("reproduce fig3 --out " + r.out, 1,
                 "reproduce.json: the checksum is missing: the file is cut off, or an earlier "
                 "version of H4H wrote it; choose another directory, or delete this one");
  expect_failure("reproduce fig3 --resume --out " + (r.path() / "b").string(), 1,
                 "nothing to resume");
}

TEST(Reproduce, AllAndEveryNameAreOtherArgumentsWhereOtherStudiesRunOnVariants) {
  const Reproduced r;
  const std::string more = " --claims " + r.claim("< 1") + " --out " + r.out +
                           " --uncertainty --samples 1 --evaluations 96";
  run("timeout 5 " H4H_BINARY " reproduce all" + more);  // the folder is its own by then
  ASSERT_TRUE(fs::exists(fs::path(r.out) / "reproduce.json"));
  const Outcome named = h4h(
      "reproduce fig1 fig3 fig5 pointwise fig7 fig8 energy fig10 fig11-hardware energy-hardware "
      "npu-generations tpi-cost" +
      more);
  EXPECT_EQ(named.code, 1);
  EXPECT_NE(named.err.find("uncertainty was 1 samples of seed 1"), std::string::npos) << named.err;
  EXPECT_NE(named.err.find("of fig3, is 1 samples"), std::string::npos) << named.err;
}

TEST(ReproduceBySurrogate, SaysSoWithEveryClaim) {
  const Reproduced folder;
  const Outcome o = h4h("reproduce fig3 fig7 --evaluations 96 --claims " +
                        folder.shipped_without_ablations() + " --out " + folder.out);
  ASSERT_EQ(o.code, 0) << o.err;
  const CsvTable claims(folder.out + "/claims.csv", {"id", "accuracy_by"});
  std::size_t searched = 0;
  for (const CsvRow& row : claims.rows) {
    const std::string id = row.text("id");
    const bool of_fig3 = id.rfind("C1.", 0) == 0;
    EXPECT_EQ(row.text("accuracy_by"), of_fig3 ? "" : "surrogate") << id;
    EXPECT_EQ(o.out.find(id + " (surrogate)") == std::string::npos, of_fig3) << id;
    searched += of_fig3 ? 0 : 1;
  }
  EXPECT_GE(searched, 10u);
  const std::string page = content(folder.out + "/index.html");
  EXPECT_NE(page.find("\"accuracy_by\":\"surrogate\""), std::string::npos);
  EXPECT_NE(page.find(" networks hold no transformer ("), std::string::npos);
  EXPECT_NE(o.out.find(" networks hold no transformer ("), std::string::npos) << o.out;
  EXPECT_NE(content(folder.out + "/measures.csv").find("fig7,front_share_without_transformers,"),
            std::string::npos);
}

TEST(Reproduce, WrongUseExitsWithTwo) {
  const Reproduced r;
  const std::string out = " --out " + r.out;
  expect_failure("reproduce" + out, 2, "a study is required");
  expect_failure("reproduce fig3", 2, "--out is missing");
  expect_failure(
      "reproduce fig4" + out, 2,
      "unknown study 'fig4' (did you mean 'fig1'?); known: fig1, fig3, fig5, pointwise, fig7, "
      "fig8, energy, fig10, "
      "fig11-hardware, "
      "energy-hardware, npu-generations, tpi-cost, table2, table2-controls, fig7-trained, "
      "fig8-trained, "
      "energy-trained, fig9, fig11, conflict, all");
  expect_failure("reproduce fig3 --set cim.makros=1" + out, 2, "cim.makros");
  expect_failure("reproduce fig3 fig5 --set cim.macros=1" + out, 2,
                 "--set cim.macros: the studies vary this key themselves");
  expect_failure("reproduce fig3 --accuracy runs/a" + out, 2,
                 "fig3 searches no supernet that is given; fig7, energy, fig9 and fig11 do");
  expect_failure("reproduce fig7 --accuracy surrogate --accuracy runs/a" + out, 2,
                 "surrogate cannot be combined with directories of trainings");
  expect_failure("reproduce fig7 --accuracy runs/a --seeds 3" + out, 2,
                 "--seeds cannot be combined with --accuracy DIR");
  expect_failure("reproduce fig11" + out, 2, "pass --quick or --full, or --accuracy DIR");
  expect_failure("reproduce fig3 --samples 8" + out, 2, "--samples needs --uncertainty");
  expect_failure("reproduce fig3 --seed 8" + out, 2, "--seed needs --uncertainty");
  expect_failure("reproduce fig7 --evaluations 1" + out, 2, "is not an integer from 96");
  expect_failure("reproduce fig3 --evaluations 96" + out, 2,
                 "--evaluations needs a study that searches");
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
