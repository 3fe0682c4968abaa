#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/studies/ablations.hpp"
#include "tools/studies/claim_kind.hpp"
#include "tools/studies/over_ranges.hpp"
#include "tools/studies/rule.hpp"
#include "tools/studies/study.hpp"
#include "tools/studies/variant_measures.hpp"

namespace h4h::studies {

// A sentence of the paper, and what must be measured for it to hold.
struct Claim {
  std::string id;
  std::string study;
  std::string quotation;
  std::string value;  // a measure of the study
  Rule accept;
  std::optional<Rule> band;  // wider
  std::string assumptions;
  ClaimKind kind = ClaimKind::tested;
  std::string follows;     // of a derived claim: the id of the claim that it follows from
  std::string variant_of;  // the id of the claim that this is another or an earlier version of
  Headline headline = Headline::none;
  int line = 0;  // of the file

  bool is_variant() const { return !variant_of.empty(); }
  // Only tested claims that are no variant count in headlines.
  bool counts() const { return kind == ClaimKind::tested && !is_variant(); }
};

// Undecided: an interval of the measure has values for which the claim holds, and others.
enum class Verdict { holds, within_band, undecided, differs };
std::string to_string(Verdict verdict);

// A claim where one categorical choice is made the other way.
struct AblatedClaim {
  Ablation ablation;
  std::optional<double> value;  // nullopt where the study does not run there
  Verdict verdict = Verdict::differs;
};

struct JudgedClaim {
  Claim claim;
  double value;
  Verdict verdict;
  std::optional<Interval> interval{};   // of measures over trainings
  std::optional<OverRanges> over{};     // where that was asked for
  std::vector<AblatedClaim> ablated{};  // of headlines
};

// What is wrong with a file of claims: "file:line: message".
class ClaimsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A file of claims (tools/studies/claims.yaml).
class Claims {
 public:
  // Throws ClaimsError.
  explicit Claims(const std::filesystem::path& file);

  const std::vector<Claim>& all() const { return claims_; }
  // What decides verdicts, to tell files apart.
  std::string text() const;

  // Whether any is about a study.
  bool ask(const std::string& study) const;
  // Whether any of those is a headline, which ablations stand beside.
  bool ask_ablations(const std::string& study) const;

  // Those about the studies that have results, in file order. Throws ClaimsError for a measure
  // that a study does not have.
  std::vector<JudgedClaim> judge(const std::map<std::string, Result>& results) const;

 private:
  std::filesystem::path file_;
  std::vector<Claim> claims_;
};

Verdict verdict_of(const Claim& claim, double value);
// The claim holds only where it does so at both ends, and so between (rules allow a range); it
// differs only where no value of the interval is allowed. Undecided where there is none.
Verdict verdict_of(const Claim& claim, const Interval& interval);

// The headlines among `claims` under every ablation that applies to their studies. `results`: on
// the chip as it is; `measured`: what the studies measured under each of `ablations`, in order.
void add_ablations(std::vector<JudgedClaim>& claims, const std::map<std::string, Result>& results,
                   const std::vector<Ablation>& ablations,
                   const std::vector<StudyMeasures>& measured);

// Sensitivity and uncertainty of each, by what `variants` of the plan measured, in order; measures
// may be missing.
void add_ranges(std::vector<JudgedClaim>& claims, const sim::UncertaintyPlan& plan,
                const std::vector<StudyMeasures>& variants);

}  // namespace h4h::studies
