#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platforms/description/platform.hpp"
#include "tools/studies/study.hpp"
#include "tools/studies/variant_measures.hpp"

namespace h4h::studies {

// A categorical choice of the platform, made another way: the ranges of `--uncertainty` do not
// reach it.
struct Ablation {
  platforms::Override change;
  std::string label;                          // a few words for the heading of a column
  bool of_attention = false;                  // acts on products of two feature maps alone
  std::optional<platforms::Override> with{};  // without which the change has no effect
  bool of_given_networks = false;  // not of those that a study searches for: that takes too long

  const std::string& key() const { return change.key; }
  std::vector<platforms::Override> changes() const;
  std::string setting() const;  // "noc.duplex=full", "sram.schedule=cascade sram.halo=recompute"
};

// Every single one for a platform: operand buffer on or off, the other rules of matmul, the other
// duplex, the other capacity, cascades or whole layers, the other halo of cascades.
std::vector<Ablation> ablations_of(const platforms::Platform& platform);

// Study by study, what is measured under an ablation. Studies that vary the key themselves, have no
// layer that it acts on or search where it is of given networks are left out; one whose networks do
// not run there has no measures.
StudyMeasures measure_ablation(const Setup& setup, const Ablation& ablation,
                               const std::vector<Study>& studies,
                               const std::map<std::string, Result>& results);

struct AblatedValue {
  Ablation ablation;            // as it applies to the measure
  std::optional<double> value;  // nullopt where the study does not run there
};

// A measure of a study, to be looked up under ablations. A study that varies cim.capacity itself
// measures under both values, in names that end with "_enforce" and "_ignore": the other one of
// them is its ablation, without a further run.
class AblatedMeasure {
 public:
  // `base`: of the chip as it is; must outlive it.
  AblatedMeasure(std::string study, std::string name, const Measures& base)
      : study_(std::move(study)), name_(std::move(name)), base_(base) {}

  // nullopt where the ablation does not apply: it acts on no layer of the study, or the study
  // varies the key, and measures one way only.
  std::optional<AblatedValue> under(const Ablation& ablation, const StudyMeasures& measured) const;

 private:
  std::optional<AblatedValue> of_other_capacity(const Ablation& ablation) const;

  std::string study_, name_;
  const Measures& base_;
};

}  // namespace h4h::studies
