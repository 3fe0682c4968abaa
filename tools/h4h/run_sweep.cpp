#include "tools/h4h/run_sweep.hpp"

#include <fmt/format.h>

#include "sim/mapping/mapping_file.hpp"
#include "tools/h4h/run_variants.hpp"

namespace h4h::tools {
namespace {

// What is wrong with values of a file of variants, each once: other axes multiply its rows.
class WrongRows {
 public:
  void add(const platforms::PlatformError& error) {
    if (text_.empty() || last_ != error.what())
      text_ += (text_.empty() ? "" : "\n") + (last_ = error.what());
  }
  void refuse() const {
    if (!text_.empty()) throw platforms::PlatformError(text_);
  }

 private:
  std::string text_, last_;
};

std::vector<sim::SweptPoint> swept(std::vector<sim::VariantPoint> points) {
  std::vector<sim::SweptPoint> all;
  for (sim::VariantPoint& point : points) all.push_back({std::move(point), {}, {}, std::nullopt});
  return all;
}

// The networks on a variant of the sweep, with their uncertainty. A varied key is chosen, so its
// range is not used.
std::vector<sim::SweptPoint> points_of(const SweepTask& task, std::size_t variant,
                                       sim::JobResults& results) {
  const platforms::Platform chip = task.variant(variant);
  const sim::UncertaintyPlan plan = sim::plan_uncertainty(
      platforms::uncertain_parameters(chip), task.sampling->samples, task.sampling->seed);
  const auto platform = [&](std::size_t i) { return platforms::with(chip, plan.variants[i]); };
  const std::vector<sim::VariantPoint> points =
      run_variants({plan.variants.size(), platform, task.mapping.of_all(task.networks.networks),
                    fmt::format("runs of variant {}", variant + 1)},
                   results);
  const std::size_t networks = task.networks.names.size();
  std::vector<sim::SweptPoint> all =
      swept({points.begin(), points.begin() + static_cast<std::ptrdiff_t>(networks)});
  for (std::size_t n = 0; n < networks; ++n) {
    if (!all[n].infeasible) all[n].uncertainty = summarise(plan, of_network(points, n, networks));
  }
  return all;
}

std::vector<sim::SweptPoint> all_points(const SweepTask& task, sim::JobResults& results) {
  const std::size_t variants = task.variants.size();
  if (!task.sampling) {
    const auto variant = [&](std::size_t i) { return task.variant(i); };
    return swept(
        run_variants({variants, variant, task.mapping.of_all(task.networks.networks)}, results));
  }
  std::vector<sim::SweptPoint> all;
  for (std::size_t v = 0; v < variants; ++v) {
    for (sim::SweptPoint& point : points_of(task, v, results)) all.push_back(std::move(point));
  }
  return all;
}

}  // namespace

void check_sweep(const SweepTask& task) {
  if (task.variants.axes.empty()) throw UsageError("--vary or --vary-file is missing");
  if (task.mapping.file && task.networks.names.size() > 1) {
    throw UsageError("a mapping file applies to one network: give one --network");
  }
  std::optional<sim::MappingFileError> wrong;
  WrongRows wrong_rows;
  bool fits = false;
  for (std::size_t i = 0; i < task.variants.size(); ++i) {
    try {
      task.mapping.of(task.variant(i), task.networks.networks.front());
      fits = true;
    } catch (const platforms::OverrideError&) {  // of the command line
      throw;
    } catch (const platforms::PlatformError& error) {
      wrong_rows.add(error);
    } catch (const sim::MappingFileError& error) {
      if (!wrong) wrong = error;
    }
  }
  wrong_rows.refuse();
  if (!fits && wrong) throw *wrong;
}

sim::SweepResult run_sweep(const SweepTask& task, sim::JobResults& results) {
  const Arguments& names = task.networks.names;
  sim::SweepResult all{task.platform.name,
                       platforms::platform_hash(task.platform),
                       task.mapping.objective_name,
                       task.variants.axes,
                       names,
                       all_points(task, results)};
  for (std::size_t i = 0; i < all.points.size(); ++i) {
    all.points[i].values = task.variants.texts(i / names.size());
    all.points[i].network = names[i % names.size()];
  }
  return all;
}

}  // namespace h4h::tools
