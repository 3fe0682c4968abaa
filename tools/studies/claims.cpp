#include "tools/studies/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "workloads/import/yaml/fields.hpp"
#include "workloads/import/yaml/file.hpp"

namespace h4h::studies {
namespace {

namespace fs = std::filesystem;
using workloads::yaml::Fields;
using workloads::yaml::Node;
using workloads::yaml::Problems;

constexpr workloads::yaml::FileKind kKind{"file of claims", "a list", Node::Kind::list};

Node document(const fs::path& path) {
  return workloads::yaml::root_of<ClaimsError>(workloads::yaml::text_of<ClaimsError>(path, kKind),
                                               path, kKind);
}

// A rule that is wrong becomes a problem, and one that nothing passes stands in.
Rule rule_of(Fields& fields, const std::string& text) {
  try {
    return Rule(text);
  } catch (const std::invalid_argument& error) {
    fields.problem(fields.line(), error.what());
    return Rule("== 0");
  }
}

Claim claim_of(const Node& item, Problems& problems) {
  Fields fields(item, "claim", problems);
  const std::string id = fields.text("id", "a name that no other claim has");
  const std::string study = fields.text("study", "such as fig3");
  const std::string quotation = fields.text("quotation", "the paper's words");
  const std::string value = fields.text("value", "a measure of the study");
  const Rule accept = rule_of(fields, fields.text("accept", "such as 0.10 .. 0.25 or >= 1"));
  std::optional<Rule> band;
  if (fields.find("band") != nullptr) band = rule_of(fields, fields.text("band", "a wider rule"));
  const std::string assumptions = fields.text_or("assumptions", "");
  fields.finish();
  const auto& studies = all_studies();
  if (std::none_of(studies.begin(), studies.end(),
                   [&](const Study& s) { return s.name == study; })) {
    fields.problem(fields.line(), fmt::format("there is no study '{}'", study));
  }
  return {id, study, quotation, value, accept, band, assumptions, item.line};
}

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::within_band:
      return "within band";
    case Verdict::differs:
      return "differs";
  }
  std::abort();
}

Verdict verdict_of(const Claim& claim, double value) {
  if (claim.accept.allows(value)) return Verdict::holds;
  return claim.band && claim.band->allows(value) ? Verdict::within_band : Verdict::differs;
}

Claims::Claims(const fs::path& file) : file_(file) {
  Problems problems;
  std::set<std::string> ids;
  const Node root = document(file);
  for (const Node& item : root.items) {
    if (!item.is_map()) {
      problems.add(item.line, "every claim is a map, {id: ..., study: ...}");
      continue;
    }
    claims_.push_back(claim_of(item, problems));
    if (!ids.insert(claims_.back().id).second) {
      problems.add(item.line,
                   fmt::format("the id '{}' is taken by a claim above", claims_.back().id));
    }
  }
  if (problems.count() > 0) throw ClaimsError(problems.text(file.string()));
}

std::string Claims::text() const {
  std::string text;
  for (const Claim& c : claims_) {
    text += fmt::format("{} {} {} {} {}\n", c.id, c.study, c.value, c.accept.text(),
                        c.band ? c.band->text() : "");
  }
  return text;
}

bool Claims::ask(const std::string& study) const {
  return std::any_of(claims_.begin(), claims_.end(),
                     [&](const Claim& claim) { return claim.study == study; });
}

std::vector<JudgedClaim> Claims::judge(const std::map<std::string, Result>& results) const {
  std::vector<JudgedClaim> judged;
  for (const Claim& claim : claims_) {
    const auto result = results.find(claim.study);
    if (result == results.end()) continue;
    const auto& measures = result->second.measures;
    const auto measure = measures.find(claim.value);
    if (measure == measures.end()) {
      std::vector<std::string> names;
      for (const auto& [name, value] : measures) names.push_back(name);
      throw ClaimsError(fmt::format("{}:{}: claim '{}': {} does not measure '{}', but: {}",
                                    file_.string(), claim.line, claim.id, claim.study, claim.value,
                                    fmt::join(names, ", ")));
    }
    judged.push_back({claim, measure->second, verdict_of(claim, measure->second)});
  }
  return judged;
}

void add_ranges(std::vector<JudgedClaim>& claims, const sim::UncertaintyPlan& plan,
                const std::vector<StudyMeasures>& variants) {
  for (JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    judged.over = over_ranges(claim.accept, plan, outcomes_of(variants, claim.study, claim.value));
  }
}

}  // namespace h4h::studies
