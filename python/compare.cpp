#include <pybind11/stl.h>

#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/runs.hpp"
#include "python/to_python.hpp"
#include "tools/h4h/results_options.hpp"
#include "tools/h4h/run_compare.hpp"

namespace h4h::python {
namespace {

tools::Options compare_options() {
  tools::Options options("options");
  tools::add_mapping_options(options, "auto", false);
  tools::add_fps_option(options);
  tools::add_sampling_options(options);
  tools::add_jobs_option(options);
  tools::add_cache_option(options);
  return options;
}

py::object compare(const Platform& first, const Platform& second,
                   const std::vector<Network>& networks, const tools::Arguments& arguments,
                   const std::string& program) {
  const tools::Parsed given = parsed(arguments, compare_options());
  const tools::CompareTask task{{first.file, first.value},
                                {second.file, second.value},
                                list_of(networks),
                                tools::mapping_options_of(given, false),
                                tools::sampling_of(given)};
  const auto results = results_of(tools::chosen_cache(given), given, program);
  const Document document = released([&] {
    tools::check_compare(task);
    return sim::comparison_document(tools::run_compare(task, *results));
  });
  keep(*results);
  return to_python(document);
}

}  // namespace

void bind_compare(py::module_& module) {
  module.def("compare", &compare, py::arg("first"), py::arg("second"), py::arg("networks"),
             py::arg("options"), py::arg("program"),
             "The document of the file compare.json of `h4h compare`.");
}

}  // namespace h4h::python
