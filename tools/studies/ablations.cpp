#include "tools/studies/ablations.hpp"

#include <algorithm>
#include <cmath>

namespace h4h::studies {
namespace {

constexpr const char* kCapacity = "cim.capacity";
constexpr const char* kRule = "npu.dynamic_matmul.rule";

bool varies(const Study& study, const std::string& key) {
  return std::find(study.varies.begin(), study.varies.end(), key) != study.varies.end();
}

bool varies(const std::string& name, const std::string& key) {
  const auto& studies = all_studies();
  return std::any_of(studies.begin(), studies.end(),
                     [&](const Study& study) { return study.name == name && varies(study, key); });
}

std::optional<double> finite(const Measures& measures, const std::string& name) {
  const auto found = measures.find(name);
  if (found == measures.end() || !std::isfinite(found->second)) return std::nullopt;
  return found->second;
}

Ablation operand_buffer(const platforms::Cim& cim) {
  const bool there = cim.operand_buffer_bytes > 0;
  return {"cim.dynamic_operands.size", there ? "0 B" : "64 KiB",
          there ? "no operand buffer" : "operand buffer", true};
}

}  // namespace

std::vector<Ablation> ablations_of(const platforms::Platform& platform) {
  using platforms::MatmulRule;
  const platforms::Hardware& hardware = platform.hardware;
  std::vector<Ablation> all{operand_buffer(hardware.cim)};
  for (const auto& [rule, name] :
       {std::pair{MatmulRule::weights, "weights"}, std::pair{MatmulRule::arm, "arm"},
        std::pair{MatmulRule::dense, "dense"}}) {
    if (hardware.npu.matmul_rule != rule)
      all.push_back({kRule, name, std::string("matmul ") + name, true});
  }
  const bool half = hardware.noc.duplex == platforms::Duplex::half;
  all.push_back(
      {"noc.duplex", half ? "full" : "half", half ? "full duplex" : "half duplex", false});
  const bool enforced = hardware.cim.capacity == platforms::Capacity::enforce;
  all.push_back({kCapacity, enforced ? "ignore" : "enforce", "other capacity", false});
  return all;
}

StudyMeasures measure_ablation(const Setup& setup, const Ablation& ablation,
                               const std::vector<Study>& studies,
                               const std::map<std::string, Result>& results) {
  const Setup ablated = setup.with({ablation.setting()});
  StudyMeasures measures;
  for (const Study& study : studies) {
    if (varies(study, ablation.key) || (ablation.of_attention && study.no_attention)) continue;
    try {
      measures[study.name] = measures_again(study, ablated, results.at(study.name));
    } catch (const DoesNotRun&) {
      measures[study.name] = {};
    }
  }
  return measures;
}

std::optional<AblatedValue> AblatedMeasure::of_other_capacity(const Ablation& ablation) const {
  for (const auto& [own, other] :
       {std::pair{"enforce", "ignore"}, std::pair{"ignore", "enforce"}}) {
    const std::string tail = std::string("_") + own;
    if (name_.size() < tail.size() || name_.compare(name_.size() - tail.size(), tail.size(), tail))
      continue;
    const std::string name = name_.substr(0, name_.size() - tail.size()) + "_" + other;
    return AblatedValue{{ablation.key, other, ablation.label, false}, finite(base_, name)};
  }
  return std::nullopt;
}

std::optional<AblatedValue> AblatedMeasure::under(const Ablation& ablation,
                                                  const StudyMeasures& measured) const {
  if (varies(study_, ablation.key)) {
    return ablation.key == kCapacity ? of_other_capacity(ablation) : std::nullopt;
  }
  const auto study = measured.find(study_);
  if (study == measured.end()) return std::nullopt;
  return AblatedValue{ablation, finite(study->second, name_)};
}

}  // namespace h4h::studies
