#include <fmt/format.h>

#include "base/program_files.hpp"
#include "nas/recipe/compute.hpp"
#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "nas/space/load.hpp"
#include "tools/studies/study.hpp"

namespace h4h::studies {
namespace {

// What a recipe costs for an image of the training set, in all epochs.
double cost_of(const nas::Space& space, const std::string& name, Table& table) {
  const nas::Recipe recipe =
      nas::load_recipe((shipped_file("recipes") / (name + ".yaml")).string());
  double sum = 0;
  for (const nas::Phase& phase : recipe.phases) {
    const nas::TrainingMacs macs = nas::step_macs(space, phase);
    const std::int64_t epochs = phase.epochs.value();
    const double cost = static_cast<double>(epochs) * macs.total();
    table.add_row({name, phase.name, epochs, macs.forward, macs.backward, cost});
    sum += cost;
  }
  return sum;
}

// Epochs of phase 2 that would give the paper's share, in the place of `epochs`.
double epochs_for(double share, double vanilla, double cnn, double tpi, double epochs) {
  return epochs * ((1 + share) * vanilla - cnn) / (tpi - cnn);
}

}  // namespace

Result tpi_cost(const Setup& /*setup*/) {
  constexpr double kPaper = 0.42, kEpochs = 360;
  const nas::Space space = nas::load_space((shipped_file("spaces") / "h4h-imagenet.yaml").string());
  Result result;
  result.table.add_columns(Column::Type::text, {"recipe", "phase"});
  result.table.add_columns(Column::Type::integer, {"epochs"});
  result.table.add_columns(Column::Type::real,
                           {"forward_macs_per_image", "backward_macs_per_image", "macs_per_image"});
  const double vanilla = cost_of(space, "vanilla", result.table);
  const double cnn = cost_of(space, "cnn-only", result.table);
  for (const char* const recipe :
       {"tpi-freeze", "tpi-freeze-head", "tpi-freeze-bn", "tpi-unfreeze"}) {
    const double cost = cost_of(space, recipe, result.table);
    result.measures[measure_name(recipe) + "_adds"] = cost / vanilla - 1;
    if (recipe != std::string("tpi-freeze")) continue;
    const auto epochs = static_cast<double>(nas::load_recipe(recipe).phases.back().epochs.value());
    result.measures["epochs_of_phase_2_for_42_percent"] =
        epochs_for(kPaper, vanilla, cnn, cost, epochs);
    result.measures["tpi_freeze_adds_in_720_epochs"] =
        (cnn + (cost - cnn) * kEpochs / epochs) / vanilla - 1;
  }
  return result;
}

// No value of a chip matters.
Measures tpi_cost_again(const Setup& /*setup*/, const Result& base) { return base.measures; }

}  // namespace h4h::studies
