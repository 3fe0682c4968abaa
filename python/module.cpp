#include "python/bindings.hpp"
#include "sim/report/provenance.hpp"

PYBIND11_MODULE(_h4h, module) {
  using namespace h4h::python;
  module.doc() = "The compiled part of the package h4h.";
  module.attr("version") = std::string(h4h::sim::program_version());
  bind_errors(module);
  bind_platform(module);
  bind_network(module);
  bind_simulate(module);
  bind_sweep(module);
  bind_compare(module);
  bind_space(module);
  bind_oracle(module);
}
