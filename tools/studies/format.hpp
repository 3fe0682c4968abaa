#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/table/table.hpp"
#include "tools/studies/claims.hpp"
#include "tools/studies/study.hpp"

namespace h4h::studies {

// Columns id, quotation, value, accept, verdict, assumptions, accuracy_by; of claims over ranges
// also low, high, p5, p95, moved_by, holds_share (of the samples), broken_by, mended_by (values
// that alone do it) and told_apart_by (the value that tells samples that hold best from others). At
// the end kind, follows and variant_of, and with trained supernets interval_low, interval_high (95
// %) and trainings.
Table claims_table(const std::vector<JudgedClaim>& claims);
// Id, kind, value, accept and verdict, for reading; over ranges interval, share and what breaks it;
// then how many hold.
std::string format_claims_table(const std::vector<JudgedClaim>& claims);

// Columns id, ablation ("noc.duplex=full"), value, verdict: headlines under every categorical
// choice made the other way. An empty value: the study does not run there.
Table ablations_table(const std::vector<JudgedClaim>& claims);
// The same for reading, a row a claim; empty where no claim has any.
std::string format_ablations_table(const std::vector<JudgedClaim>& claims);

// Columns study, measure, accuracy_by ("surrogate" or none), value; and over ranges low, high, p5,
// p95, moved_by; with trained supernets interval_low, interval_high and trainings: everything that
// was measured, claimed about or not. `variants`: of the plan, in
// order.
Table measures_table(const std::map<std::string, Result>& results,
                     const std::optional<sim::UncertaintyPlan>& plan,
                     const std::vector<StudyMeasures>& variants);

// The studies that have results in the order of all_studies(), then the claims: one HTML page that
// holds everything it needs and fetches nothing. `chip`: what was studied; `plan`: over which
// ranges, where that was asked for; `command`: that made the results, for a shell.
std::string format_page(const std::string& chip, const std::map<std::string, Result>& results,
                        const std::vector<JudgedClaim>& claims,
                        const std::optional<sim::UncertaintyPlan>& plan = std::nullopt,
                        const std::string& command = {});

}  // namespace h4h::studies
