#include <fmt/format.h>

#include <map>

#include "base/mean.hpp"
#include "nas/space/load.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/probes.hpp"

// Gradient conflicts, from which section 4.1 of the paper derives TPI: cosines of the gradients of
// a CNN and a hybrid network on the same batch, against those of two CNN networks of the same ratio
// of MACs. The paper measures none.

namespace h4h::studies {
namespace {

const std::vector<std::string> kConflictArms{kCnnOnly, kEarly, kVanilla, kFreeze, kUnfreeze};

// The CNN-only supernet has transformers, but has not trained them.
bool compares(const std::string& arm, PairKind kind) {
  return arm != kCnnOnly || kind == PairKind::cnn;
}

// The mean of each seed, in order, by arm, kind of pair and group.
using Cosines = std::map<std::string, std::vector<double>>;

std::string name_of(const std::string& arm, PairKind kind, nas::ParameterGroup group) {
  return measure_name(fmt::format("{}_{}_{}", arm, to_string(kind), to_string(group)));
}

class Conflict {
 public:
  explicit Conflict(const Setup& setup)
      : setup_(setup),
        trainings_(trainings_of(setup)),
        space_(nas::load_space(trainings_.settings().space)),
        pairs_(probes_of(space_, trainings_.settings().networks)) {}

  Result run() {
    train_arms(trainings_, kConflictArms);
    begin();
    for (const std::string& arm : kConflictArms) {
      for (const std::uint64_t seed : trainings_.settings().all_seeds()) measure({arm, seed});
    }
    for (const auto& [name, seeds] : cosines_) {
      set_measure(result_, name + "_cosine", bootstrap_mean(seeds));
    }
    for (const auto& [name, seeds] : opposed_) {
      set_measure(result_, name + "_opposed", bootstrap_mean(seeds));
    }
    for (const nas::ParameterGroup group : kEnumValues<nas::ParameterGroup>) compare(group);
    return std::move(result_);
  }

 private:
  void begin() {
    Table& table = result_.table;
    table.add_columns(Column::Type::text, {"arm"});
    table.add_columns(Column::Type::integer, {"seed", "probe"});
    table.add_columns(Column::Type::text, {"pair", "group"});
    table.add_columns(Column::Type::integer, {"first_macs", "second_macs"});
    table.add_columns(Column::Type::real, {"cosine", "opposed_share"});
    Chart& chart = result_.charts.emplace_back(
        Chart{"Cosine of gradients in shared convolutions, vanilla supernets",
              {"MACs of the second network to those of the first"},
              {"cosine"},
              {}});
    for (const PairKind kind : kEnumValues<PairKind>) {
      chart.series.push_back({to_string(kind), {}, false});
    }
  }

  void measure(const TrainingSpec& run) {
    setup_.tell("gradients in " + run.run());
    std::vector<GradientProbe> probes;
    for (const PairsProbe& pairs : pairs_) probes.push_back(asked(run.arm, pairs.probe));
    const auto answers = trainings_.gradients(run.run(), probes);
    Cosines cosines, opposed;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      std::size_t answer = 0;
      for (const PairKind kind : kEnumValues<PairKind>) {
        if (!compares(run.arm, kind)) continue;
        for (const auto& [group, agreement] : answers[i].at(answer++)) {
          add_row(run, i, kind, group, agreement);
          cosines[name_of(run.arm, kind, group)].push_back(agreement.cosine);
          opposed[name_of(run.arm, kind, group)].push_back(agreement.opposed);
        }
      }
    }
    for (const auto& [name, values] : cosines) cosines_[name].push_back(mean(values));
    for (const auto& [name, values] : opposed) opposed_[name].push_back(mean(values));
  }

  static GradientProbe asked(const std::string& arm, const GradientProbe& probe) {
    GradientProbe some{probe.networks, {}};
    for (const PairKind kind : kEnumValues<PairKind>) {
      if (compares(arm, kind)) some.pairs.push_back(probe.pairs[static_cast<std::size_t>(kind)]);
    }
    return some;
  }

  void add_row(const TrainingSpec& run, std::size_t probe, PairKind kind, nas::ParameterGroup group,
               const GradientAgreement& agreement) {
    const PairsProbe& of = pairs_[probe];
    const auto place = static_cast<std::size_t>(kind);
    const auto& [first, second] = of.probe.pairs[place];
    result_.table.add_row({run.arm, run.seed, probe, to_string(kind), to_string(group),
                           of.macs[first], of.macs[second], agreement.cosine, agreement.opposed});
    if (run.arm != kVanilla || group != nas::ParameterGroup::conv) return;
    const double ratio = static_cast<double>(of.macs[second]) / static_cast<double>(of.macs[first]);
    result_.charts.front().series[place].points.emplace_back(ratio, agreement.cosine);
  }

  // The first less the second, seed by seed, where both have the group.
  void compare(const std::string& name, const std::string& first, const std::string& second) {
    const auto a = cosines_.find(first), b = cosines_.find(second);
    if (a == cosines_.end() || b == cosines_.end()) return;
    set_measure(result_, name, paired_difference(a->second, b->second));
  }

  void compare(nas::ParameterGroup group) {
    const std::string tail = measure_name(fmt::format("_{}", to_string(group)));
    for (const std::string& arm : kConflictArms) {
      const std::string head = measure_name(arm);
      compare(head + "_mixed_less_cnn" + tail, name_of(arm, PairKind::mixed, group),
              name_of(arm, PairKind::cnn, group));
      compare(head + "_mixed_less_parts" + tail, name_of(arm, PairKind::mixed, group),
              name_of(arm, PairKind::mixed_parts, group));
    }
    compare("phase_1_less_vanilla_mixed" + tail, name_of(kCnnOnly, PairKind::cnn, group),
            name_of(kVanilla, PairKind::mixed, group));
  }

  const Setup& setup_;
  Trainings& trainings_;
  nas::Space space_;
  std::vector<PairsProbe> pairs_;
  Cosines cosines_, opposed_;
  Result result_;
};

}  // namespace

Result conflict(const Setup& setup) { return Conflict(setup).run(); }

}  // namespace h4h::studies
