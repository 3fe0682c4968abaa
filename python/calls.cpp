#include "python/calls.hpp"

#include <fmt/format.h>

#include "python/errors.hpp"
#include "sim/workers/process_workers.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/sampling_options.hpp"

namespace h4h::python {

namespace py = pybind11;

void add_run_options(tools::Options& options) {
  tools::add_mapping_options(options);
  tools::add_fps_option(options);
  tools::add_uncertainty_options(options);
  tools::add_jobs_option(options);
  tools::add_cache_option(options);
}

tools::Parsed parsed(const tools::Arguments& arguments, const tools::Options& options) {
  return tools::parse(arguments, options, "");
}

std::unique_ptr<sim::JobResults> results_of(const std::optional<std::filesystem::path>& cache,
                                            const tools::Parsed& parsed,
                                            const std::string& program) {
  const int jobs = tools::given(parsed, "jobs") ? tools::jobs_of(parsed) : 1;
  if (jobs > 1) require_file(program);
  return std::make_unique<sim::JobResults>(
      cache ? std::make_unique<sim::CostStore>(*cache) : nullptr,
      jobs > 1 ? std::make_unique<sim::ProcessWorkers>(program, jobs) : nullptr);
}

std::optional<std::string> store(sim::JobResults& results) {
  sim::CostStore* const store = results.store();
  if (store == nullptr) return std::nullopt;
  store->flush();
  if (!store->problem()) return std::nullopt;
  std::string warning =
      fmt::format("cache {}: {}; the results are correct, but new ones are not cached",
                  store->file().string(), *store->problem());
  results.drop_store();
  return warning;
}

void warn(const std::optional<std::string>& warning) {
  if (warning && PyErr_WarnEx(PyExc_RuntimeWarning, warning->c_str(), 1) != 0) {
    throw py::error_already_set();
  }
}

}  // namespace h4h::python
