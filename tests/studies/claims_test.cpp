#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/csv/csv_writer.hpp"
#include "tests/support/files.hpp"
#include "tests/support/provenance.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/format.hpp"
#include "tools/studies/tally.hpp"

namespace h4h::tests {
namespace {

using studies::Claims;
using studies::Verdict;

const char kClaim[] =
    "- id: A1\n"
    "  study: fig3\n"
    "  quotation: \"more, \\\"and\\\" faster\"\n"
    "  value: gain\n"
    "  accept: \">= 1\"\n"
    "  band: \">= 0.5\"\n"
    "  assumptions: none\n"
    "  kind: tested\n";

// What a file of claims makes of `gain`, measured by fig3.
std::vector<studies::JudgedClaim> judged(double gain) {
  const TemporaryFolder folder;
  const Claims claims(folder.write("c.yaml", kClaim));
  return claims.judge({{"fig3", {{}, {}, {{"gain", gain}}}}});
}

TEST(Claims, VerdictIsHoldsThenWithinBandThenDiffers) {
  EXPECT_EQ(judged(1).front().verdict, Verdict::holds);
  EXPECT_EQ(judged(0.7).front().verdict, Verdict::within_band);
  EXPECT_EQ(judged(0.4).front().verdict, Verdict::differs);
}

TEST(Claims, MeasureWithoutAValueDiffers) {
  EXPECT_EQ(judged(std::numeric_limits<double>::quiet_NaN()).front().verdict, Verdict::differs);
}

TEST(Claims, OnlyThoseOfStudiesThatRanAreJudged) {
  const TemporaryFolder folder;
  const Claims claims(folder.write("c.yaml", kClaim));
  EXPECT_TRUE(claims.judge({{"fig5", {}}}).empty());
}

TEST(Claims, UnknownMeasureIsRefusedNamingThoseThatThereAre) {
  const TemporaryFolder folder;
  const Claims claims(folder.write("c.yaml", kClaim));
  const std::string message = message_of<studies::ClaimsError>([&] {
    claims.judge({{"fig3", {{}, {}, {{"rise", 1}, {"dip", 0}}}}});
  });
  EXPECT_NE(
      message.find("c.yaml:1: claim 'A1': fig3 does not measure 'gain'; it measures: dip, rise"),
      std::string::npos)
      << message;
}

TEST(Claims, FileThatIsWrongIsRefusedWithItsLine) {
  const std::string claim = kClaim;
  const auto with = [&](const std::string& part, const std::string& by) {
    std::string changed = claim;
    return changed.replace(changed.find(part), part.size(), by);
  };
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"", "a file of claims is a list"},
      {"id: A1\n", "a file of claims is a list"},
      {"- 1\n", "c.yaml:1: every claim is a map"},
      {claim + claim, "c.yaml:9: the id 'A1' is taken"},
      {with("  value: gain\n", ""), "'value' is missing"},
      {with("fig3", "fig4"), "unknown study 'fig4'"},
      {with(">= 1", "about 1"), "'about 1' is not a rule"},
      {with(">= 0.5", "0.5"), "'0.5' is not a rule"},
      {with("value", "valeu"), "valeu"},
      {"- [1\n", "c.yaml:"},
      {with("  kind: tested\n", ""),
       "'kind' is missing; expected: one of structural, calibrated, derived, tested"},
      {with("tested", "proven"), "kind must be one of: structural, calibrated, derived, tested"},
      {with("tested", "derived"), "claim 'A1': 'follows' is required for claims of kind derived"},
      {with("tested", "tested\n  follows: A1"),
       "claim 'A1': 'follows' is required for claims of kind derived"},
      {with("tested", "derived\n  follows: A2"), "follows: there is no claim 'A2'"},
      {with("tested", "derived\n  follows: A1"), "follows: 'A1' is itself derived or a variant"},
      {with("tested", "tested\n  variant_of: A2"), "variant_of: there is no claim 'A2'"},
      {with("tested", "tested\n  variant_of: A1"), "'A1' is itself derived or a variant"},
      {with("tested", "tested\n  headline: area"),
       "headline must be one of: none, latency, energy, accuracy"},
  };
  const TemporaryFolder folder;
  for (const auto& [text, message] : wrong) {
    const auto file = folder.write("c.yaml", text);
    const std::string told = message_of<studies::ClaimsError>([&] { Claims{file}; });
    EXPECT_NE(told.find(message), std::string::npos) << text << told;
  }
  EXPECT_NE(message_of<studies::ClaimsError>([&] {
              Claims{folder.path() / "none"};
            }).find("none: no such file"),
            std::string::npos);
}

TEST(Claims, CsvKeepsQuotationsAndNumbersWhole) {
  EXPECT_EQ(
      write_csv(studies::claims_table(judged(0.1 + 0.2))),
      std::string(
          "id,quotation,value,accept,verdict,assumptions,accuracy_by,kind,follows,variant_of") +
          kProvenanceHeader +
          "A1,\"more, \"\"and\"\" faster\",0.30000000000000004,>= 1,differs,none,,tested,," +
          provenance_row("h4h.claims/1"));
}

TEST(Claims, TableIsForReading) {
  EXPECT_EQ(studies::format_claims_table(judged(0.75)),
            "claim  kind            value  accept  verdict\n"
            "A1     tested           0.75  >= 1    within band\n"
            "\n"
            "0 of 1 tested claims hold.\n");
}

std::string claim_line(const std::string& id, const std::string& more) {
  return "- {id: " + id + ", study: fig3, quotation: q, value: gain, accept: '>= 1', " + more +
         "}\n";
}

TEST(Claims, HeadlinesCountTestedOnesThatAreNoVariants) {
  const TemporaryFolder folder;
  const Claims claims(folder.write("c.yaml", claim_line("A", "kind: tested") +
                                                 claim_line("B", "kind: structural") +
                                                 claim_line("C", "kind: calibrated") +
                                                 claim_line("D", "kind: derived, follows: A") +
                                                 claim_line("E", "kind: tested, variant_of: A")));
  const auto counted = studies::tally(claims.judge({{"fig3", {{}, {}, {{"gain", 2}}}}}));
  EXPECT_EQ(counted.text(),
            "1 of 1 tested claims hold. Not counted: 1 of 1 structural, 1 of 1 calibrated, 1 of 1 "
            "derived, 1 of 1 variant.");
  const auto none = studies::tally(claims.judge({{"fig3", {{}, {}, {{"gain", 0}}}}}));
  EXPECT_EQ(none.of(studies::ClaimKind::tested).hold, 0u);
  EXPECT_EQ(none.variants.claims, 1u);
}

TEST(Claims, ShippedVariantsAreOfClaimsOfTheSameSentence) {
  const Claims claims(source_dir() / "tools/studies/claims.yaml");
  std::size_t variants = 0;
  for (const studies::Claim& claim : claims.all()) {
    if (!claim.is_variant()) continue;
    ++variants;
    for (const studies::Claim& other : claims.all()) {
      if (other.id == claim.variant_of) {
        EXPECT_EQ(claim.quotation, other.quotation) << claim.id;
      }
    }
  }
  EXPECT_GE(variants, 10u);
}

TEST(Claims, ShippedOnesOfC14AreNotTested) {
  const Claims claims(source_dir() / "tools/studies/claims.yaml");
  std::set<std::string> values;
  for (const studies::Claim& claim : claims.all()) {
    if (claim.id.rfind("C14.", 0) != 0) continue;
    EXPECT_NE(claim.kind, studies::ClaimKind::tested) << claim.id;
    EXPECT_EQ(claim.assumptions.rfind("calibrated", 0), 0u) << claim.id;
    values.insert(claim.value);
  }
  EXPECT_EQ(values.count("energy_saved_by_4_units_enforce"), 1u);
  EXPECT_EQ(values.count("energy_saved_by_4_units_ignore"), 1u);
}

}  // namespace
}  // namespace h4h::tests
