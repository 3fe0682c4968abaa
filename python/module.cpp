#include "base/program_files.hpp"
#include "python/bindings.hpp"
#include "sim/report/provenance.hpp"

PYBIND11_MODULE(_h4h, module) {
  using namespace h4h::python;
  module.doc() = "The compiled part of the package h4h.";
  module.attr("version") = std::string(h4h::sim::program_version());
  module.def(
      "use_shipped_files", [](const std::string& folder) { h4h::use_shipped_files(folder); },
      "Says where the files are that H4H ships.");
  bind_errors(module);
  bind_platform(module);
  bind_network(module);
  bind_simulate(module);
  bind_sweep(module);
  bind_compare(module);
  bind_space(module);
  bind_oracle(module);
}
