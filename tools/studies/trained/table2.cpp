#include <fmt/format.h>

#include "nas/accuracy/health.hpp"
#include "nas/recipe/subspace.hpp"
#include "nas/space/load.hpp"
#include "nas/space/network_macs.hpp"
#include "tools/studies/trained/arms.hpp"
#include "tools/studies/trained/bootstrap.hpp"
#include "tools/studies/trained/recorded.hpp"
#include "tools/studies/trained/searches.hpp"

// Table 2 of the paper: the smallest and the largest network of supernets that were trained by
// different recipes. Beside them the mean of fixed networks between, the same for all arms and
// seeds, which has less noise than either end.

namespace h4h::studies {
namespace {

constexpr std::uint64_t kNetworksSeed = 2025;

const std::vector<std::string> kArms{kCnnOnly, kVanilla, kEqualCompute, kFreeze, kUnfreeze};
const std::vector<std::string> kControls{kProjection, kFreezeHead, kFreezeNorms};

// What arms are compared by, in percent.
constexpr const char* kQuantities[] = {"smallest", "largest", "mean"};

struct Network {
  std::string name;
  nas::Genotype genotype;  // of the whole space
};

std::vector<Network> networks_of(const nas::Space& space, std::size_t count) {
  std::vector<Network> all{{"smallest", space.min()}, {"largest", space.max()}};
  const auto sample = [&](nas::Random& random) { return space.sample(random); };
  for (const nas::Genotype& genotype :
       nas::networks_of_all_sizes(space, sample, count, kNetworksSeed)) {
    all.push_back({std::to_string(all.size() - 1), genotype});
  }
  return all;
}

// By quantity the values of all seeds, in order.
using Values = std::map<std::string, std::vector<double>>;

class Table2 {
 public:
  Table2(const Setup& setup, const std::vector<std::string>& arms)
      : setup_(setup),
        trainings_(trainings_of(setup)),
        arms_(arms),
        space_(nas::load_space(trainings_.settings().space)),
        networks_(networks_of(space_, trainings_.settings().networks)) {}

  Result run(const std::vector<std::pair<std::string, std::string>>& pairs) {
    train_arms(trainings_, arms_);
    begin_table();
    for (const std::string& arm : arms_) measure(arm);
    for (const auto& [first, second] : pairs) compare(first, second);
    return std::move(result_);
  }

 private:
  void begin_table() {
    Table& table = result_.table;
    table.add_columns(Column::Type::text, {"arm"});
    table.add_columns(Column::Type::integer, {"seed"});
    table.add_columns(Column::Type::text, {"network"});
    table.add_columns(Column::Type::integer, {"macs"});
    table.add_columns(Column::Type::real, {"test_accuracy"});
    table.add_columns(Column::Type::text, {"genotype"});
    table.add_columns(Column::Type::integer, {kStepsColumn, kNetworksColumn});
    table.add_columns(Column::Type::text, {kSpaceColumn, kSpaceHashColumn, kDataColumn});
  }

  void measure(const std::string& arm) {
    for (const std::uint64_t seed : trainings_.settings().all_seeds()) {
      setup_.tell("test accuracies of " + TrainingSpec::run_of(arm, seed));
      measure(arm, seed);
    }
    for (const char* const quantity : kQuantities) {
      set_measure(result_, measure_name(arm) + "_" + quantity,
                  bootstrap_mean(values_[arm][quantity]));
    }
  }

  void measure(const std::string& arm, std::uint64_t seed) {
    std::vector<nas::Genotype> asked;
    for (const Network& network : networks_) {
      asked.push_back(arm == kCnnOnly ? without_transformers(space_, network.genotype)
                                      : space_.canonical(network.genotype));
    }
    const auto accuracy =
        trainings_.accuracy(TrainingSpec::run_of(arm, seed), space_, nas::ImagePart::test);
    const std::vector<double> measured = accuracy->evaluate(asked);
    nas::NetworkMacs macs(space_);
    const TrainedSettings& settings = trainings_.settings();
    double sum = 0;
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      result_.table.add_row({arm, seed, networks_[i].name, macs.of(asked[i]), measured[i],
                             space_.text(asked[i]), settings.steps, nas::kNetworksVersion,
                             space_.name(), space_hash(space_), data_name(settings.data)});
      if (i > 1) sum += 100 * measured[i];
    }
    Values& values = values_[arm];
    values["smallest"].push_back(100 * measured[0]);
    values["largest"].push_back(100 * measured[1]);
    values["mean"].push_back(sum / static_cast<double>(networks_.size() - 2));
  }

  void compare(const std::string& first, const std::string& second) {
    for (const char* const quantity : kQuantities) {
      set_measure(result_,
                  fmt::format("{}_over_{}_{}", measure_name(first), measure_name(second), quantity),
                  paired_difference(values_[first][quantity], values_[second][quantity]));
    }
  }

  const Setup& setup_;
  Trainings& trainings_;
  std::vector<std::string> arms_;
  nas::Space space_;
  std::vector<Network> networks_;
  std::map<std::string, Values> values_;  // by arm
  Result result_;
};

}  // namespace

Result table2(const Setup& setup) {
  return Table2(setup, kArms)
      .run({{kVanilla, kCnnOnly},
            {kFreeze, kCnnOnly},
            {kUnfreeze, kCnnOnly},
            {kFreeze, kVanilla},
            {kFreeze, kEqualCompute},
            {kFreeze, kUnfreeze}});
}

Result table2_controls(const Setup& setup) {
  std::vector<std::string> arms{kCnnOnly, kVanilla, kFreeze};
  arms.insert(arms.end(), kControls.begin(), kControls.end());
  return Table2(setup, arms)
      .run({{kProjection, kVanilla}, {kFreezeHead, kFreeze}, {kFreezeNorms, kFreeze}});
}

}  // namespace h4h::studies
