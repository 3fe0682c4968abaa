#include "tools/studies/claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "base/yaml/fields.hpp"
#include "base/yaml/file.hpp"

namespace h4h::studies {
namespace {

namespace fs = std::filesystem;
using yaml::Fields;
using yaml::Node;

constexpr yaml::FileKind kKind{"file of claims", "a list", Node::Kind::list};

Node document(const fs::path& path) {
  return yaml::root_of<ClaimsError>(yaml::text_of<ClaimsError>(path, kKind), path, kKind);
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

ClaimKind kind_of(Fields& fields) {
  const auto words = yaml::words_of(kClaimKinds);
  const std::string hint = fmt::format("one of {}", fmt::join(words, ", "));
  const Node* const node = fields.require("kind", hint);
  return node == nullptr ? ClaimKind::tested : kClaimKinds.at(fields.word(*node, "kind", words));
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
  const ClaimKind kind = kind_of(fields);
  const std::string follows = fields.text_or("follows", "");
  const std::string variant_of = fields.text_or("variant_of", "");
  const Headline headline = kHeadlines.at(fields.choice("headline", yaml::words_of(kHeadlines), 0));
  fields.finish();
  const auto& studies = all_studies();
  if (std::none_of(studies.begin(), studies.end(),
                   [&](const Study& s) { return s.name == study; })) {
    fields.problem(fields.line(), fmt::format("unknown study '{}'", study));
  }
  return {id,          study, quotation, value,      accept,   band,
          assumptions, kind,  follows,   variant_of, headline, item.line};
}

const Claim* find(const std::vector<Claim>& claims, const std::string& id) {
  const auto found =
      std::find_if(claims.begin(), claims.end(), [&](const Claim& c) { return c.id == id; });
  return found == claims.end() ? nullptr : &*found;
}

// A claim that another one names must be there, and must not itself name a third one.
void check_reference(const std::vector<Claim>& claims, const Claim& claim, const std::string& key,
                     const std::string& id, Problems& problems) {
  const Claim* const named = find(claims, id);
  if (named == nullptr) {
    problems.add(claim.line,
                 fmt::format("claim '{}': {}: there is no claim '{}'", claim.id, key, id));
  } else if (named == &claim || named->is_variant() || named->kind == ClaimKind::derived) {
    problems.add(claim.line, fmt::format("claim '{}': {}: '{}' is itself derived or a variant",
                                         claim.id, key, id));
  }
}

void check_references(const std::vector<Claim>& claims, Problems& problems) {
  for (const Claim& claim : claims) {
    if ((claim.kind == ClaimKind::derived) == claim.follows.empty()) {
      problems.add(claim.line, fmt::format("claim '{}': 'follows' is required for claims of kind "
                                           "derived and not allowed for others",
                                           claim.id));
    } else if (!claim.follows.empty()) {
      check_reference(claims, claim, "follows", claim.follows, problems);
    }
    if (claim.is_variant()) {
      check_reference(claims, claim, "variant_of", claim.variant_of, problems);
    }
  }
}

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::within_band:
      return "within band";
    case Verdict::undecided:
      return "undecided";
    case Verdict::differs:
      return "differs";
  }
  std::abort();
}

Verdict verdict_of(const Claim& claim, double value) {
  if (claim.accept.allows(value)) return Verdict::holds;
  return claim.band && claim.band->allows(value) ? Verdict::within_band : Verdict::differs;
}

Verdict verdict_of(const Claim& claim, const Interval& interval) {
  if (std::isnan(interval.mean)) return Verdict::undecided;
  const Rule& rule = claim.accept;
  if (rule.allows(interval.low) && rule.allows(interval.high)) return Verdict::holds;
  return rule.allows_some(interval.low, interval.high) ? Verdict::undecided : Verdict::differs;
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
  check_references(claims_, problems);
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

bool Claims::ask_ablations(const std::string& study) const {
  return std::any_of(claims_.begin(), claims_.end(), [&](const Claim& claim) {
    return claim.study == study && claim.headline != Headline::none;
  });
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
      throw ClaimsError(fmt::format("{}:{}: claim '{}': {} does not measure '{}'; it measures: {}",
                                    file_.string(), claim.line, claim.id, claim.study, claim.value,
                                    fmt::join(names, ", ")));
    }
    const auto& intervals = result->second.intervals;
    const auto interval = intervals.find(claim.value);
    if (interval == intervals.end()) {
      judged.push_back({claim, measure->second, verdict_of(claim, measure->second)});
    } else {
      judged.push_back(
          {claim, measure->second, verdict_of(claim, interval->second), interval->second});
    }
  }
  return judged;
}

void add_ablations(std::vector<JudgedClaim>& claims, const std::map<std::string, Result>& results,
                   const std::vector<Ablation>& ablations,
                   const std::vector<StudyMeasures>& measured) {
  for (JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    if (claim.headline == Headline::none) continue;
    const AblatedMeasure measure{claim.study, claim.value, results.at(claim.study).measures};
    for (std::size_t i = 0; i < ablations.size(); ++i) {
      const std::optional<AblatedValue> ablated = measure.under(ablations[i], measured.at(i));
      if (!ablated) continue;
      judged.ablated.push_back(
          {ablated->ablation, ablated->value,
           ablated->value ? verdict_of(claim, *ablated->value) : Verdict::differs});
    }
  }
}

void add_ranges(std::vector<JudgedClaim>& claims, const sim::UncertaintyPlan& plan,
                const std::vector<StudyMeasures>& variants) {
  for (JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    judged.over = over_ranges(claim.accept, plan, outcomes_of(variants, claim.study, claim.value));
  }
}

}  // namespace h4h::studies
