#include <pybind11/stl.h>

#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/to_python.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/report/format.hpp"
#include "sim/uncertainty/format_uncertainty.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_mapped.hpp"

namespace h4h::python {
namespace {

tools::Options simulate_options() {
  tools::Options options("options");
  add_run_options(options);
  return options;
}

struct Simulated {
  Document report;
  std::string mapping;  // as a file
};

Simulated run(const Platform& platform, const Network& network,
              const tools::MappingOptions& mapping, const std::optional<tools::Sampling>& sampling,
              sim::JobResults& results) {
  sim::LayerCosts costs(platform.value.hardware, results);
  const tools::MappedRun run = tools::run_mapped(mapping, platform.value, network.value, costs);
  std::string text =
      sim::mapping_text(models::make_devices(platform.value.hardware), network.value, run.mapping);
  if (!sampling) return {sim::report_document(run.report), std::move(text)};
  if (results.store() != nullptr) results.store()->flush();
  results.drop_store();  // samples are not worth keeping
  const sim::Uncertainty over =
      tools::run_over_ranges(*sampling, platform.value, network.value, mapping, results);
  return {sim::report_document(run.report, over), std::move(text)};
}

// `mapping_text`: of a mapping file that is none, to pin layers.
py::tuple simulate(const Platform& platform, const Network& network,
                   const tools::Arguments& arguments,
                   const std::optional<std::string>& mapping_text, const std::string& program) {
  const tools::Parsed given = parsed(arguments, simulate_options());
  tools::MappingOptions mapping = tools::mapping_options_of(given);
  if (mapping_text) {
    mapping.file = "mapping";
    mapping.file_text = *mapping_text;
  }
  const std::optional<tools::Sampling> sampling = tools::uncertainty_of(given);
  const auto results = results_of(tools::cache_file(given), given, program);
  const Simulated simulated =
      released([&] { return run(platform, network, mapping, sampling, *results); });
  keep(*results);
  return py::make_tuple(to_python(simulated.report), simulated.mapping);
}

}  // namespace

void bind_simulate(py::module_& module) {
  module.def("simulate", &simulate, py::arg("platform"), py::arg("network"), py::arg("options"),
             py::arg("mapping_text"), py::arg("program"),
             "The document of `h4h simulate --format json`, and the text of --save-mapping.");
}

}  // namespace h4h::python
