#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>

#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/runs.hpp"
#include "python/to_python.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_sweep.hpp"

namespace h4h::python {
namespace {

namespace po = boost::program_options;

tools::Options sweep_options() {
  tools::Options options("options");
  options.add_options()("vary", po::value<tools::Arguments>()->composing());
  options.add_options()("vary-file", po::value<std::string>());
  add_run_options(options);
  return options;
}

py::object sweep(const Platform& platform, const std::vector<Network>& networks,
                 const tools::Arguments& arguments, const std::string& program) {
  const tools::Parsed given = parsed(arguments, sweep_options());
  const tools::SweepTask task{
      list_of(networks), platform.value,
      tools::variants_of(tools::list_of(given, "vary"), tools::optional(given, "vary-file")),
      tools::mapping_options_of(given), tools::uncertainty_of(given)};
  tools::check_sweep(task);
  const auto results = results_of(
      task.sampling ? tools::chosen_cache(given) : tools::cache_file(given), given, program);
  const Document document =
      released([&] { return sim::sweep_document(tools::run_sweep(task, *results)); });
  keep(*results);
  return to_python(document);
}

}  // namespace

tools::NetworkList list_of(const std::vector<Network>& networks) {
  if (networks.empty()) throw tools::UsageError("networks: at least one is needed");
  tools::NetworkList list;
  for (const Network& network : networks) {
    if (std::find(list.names.begin(), list.names.end(), network.name) != list.names.end()) {
      throw tools::UsageError(fmt::format("networks: {} is given twice", network.name));
    }
    list.names.push_back(network.name);
    list.networks.push_back(network.value);
  }
  return list;
}

void bind_sweep(py::module_& module) {
  module.def("sweep", &sweep, py::arg("platform"), py::arg("networks"), py::arg("options"),
             py::arg("program"), "The document of the file sweep.json of `h4h sweep`.");
}

}  // namespace h4h::python
