#include "tools/studies/ablations.hpp"

#include <fmt/format.h>

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
  const std::string key = "cim.dynamic_operands.size";
  if (cim.operand_buffer_bytes > 0) return {{key, 0}, "no operand buffer", true};
  return {{key, 64 * 1024, "64 KiB"}, "operand buffer", true};
}

}  // namespace

std::vector<platforms::Override> Ablation::changes() const {
  if (with) return {*with, change};
  return {change};
}

std::string Ablation::setting() const {
  return with ? to_string(*with) + " " + to_string(change) : to_string(change);
}

std::vector<Ablation> ablations_of(const platforms::Platform& platform) {
  using platforms::Capacity, platforms::Duplex, platforms::Halo, platforms::MatmulRule,
      platforms::Schedule;
  const platforms::Hardware& hardware = platform.hardware;
  std::vector<Ablation> all{operand_buffer(hardware.cim)};
  for (const MatmulRule rule : {MatmulRule::weights, MatmulRule::arm, MatmulRule::dense}) {
    if (hardware.npu.matmul_rule == rule) continue;
    all.push_back({{kRule, choice_of(rule)}, fmt::format("matmul {}", to_string(rule)), true});
  }
  const bool half = hardware.noc.duplex == Duplex::half;
  all.push_back({{"noc.duplex", choice_of(half ? Duplex::full : Duplex::half)},
                 half ? "full duplex" : "half duplex",
                 false});
  const bool enforced = hardware.cim.capacity == Capacity::enforce;
  all.push_back({{kCapacity, choice_of(enforced ? Capacity::ignore : Capacity::enforce)},
                 "other capacity",
                 false});
  const bool by_layer = hardware.sram.schedule == Schedule::layer;
  all.push_back({{"sram.schedule", choice_of(by_layer ? Schedule::cascade : Schedule::layer)},
                 by_layer ? "cascades" : "no cascades",
                 false});
  const bool kept = hardware.sram.halo == Halo::keep;
  Ablation halo{{"sram.halo", choice_of(kept ? Halo::recompute : Halo::keep)},
                kept ? "halo recomputed" : "halo kept",
                false};
  halo.of_given_networks = true;
  if (by_layer) halo.with = platforms::Override{"sram.schedule", choice_of(Schedule::cascade)};
  all.push_back(std::move(halo));
  return all;
}

StudyMeasures measure_ablation(const Setup& setup, const Ablation& ablation,
                               const std::vector<Study>& studies,
                               const std::map<std::string, Result>& results) {
  const Setup ablated = setup.with(ablation.changes());
  StudyMeasures measures;
  for (const Study& study : studies) {
    if (varies(study, ablation.key()) || (ablation.of_attention && study.no_attention)) continue;
    if (ablation.of_given_networks && study.by_surrogate) continue;
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
    return AblatedValue{{{kCapacity, platforms::Choice{other}}, ablation.label, false},
                        finite(base_, name)};
  }
  return std::nullopt;
}

std::optional<AblatedValue> AblatedMeasure::under(const Ablation& ablation,
                                                  const StudyMeasures& measured) const {
  if (varies(study_, ablation.key())) {
    return ablation.key() == kCapacity ? of_other_capacity(ablation) : std::nullopt;
  }
  const auto study = measured.find(study_);
  if (study == measured.end()) return std::nullopt;
  return AblatedValue{ablation, finite(study->second, name_)};
}

}  // namespace h4h::studies
