#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "platforms/description/platform.hpp"
#include "workloads/ir/network.hpp"

// The module h4h._h4h: what the package h4h/ says in Python, and no more. Arguments that the
// command line has too come as its options ("--objective=energy") and are read by its parser, so
// both take the same words and units.
namespace h4h::python {

namespace py = pybind11;

struct Platform {
  platforms::Platform value;
  std::string file;  // as it was named
};

struct Network {
  workloads::Network value;
  std::string name;  // as it was named
};

// Each adds a group of functions and classes. Errors come first: the others throw them.
void bind_errors(py::module_& module);
void bind_platform(py::module_& module);
void bind_network(py::module_& module);
void bind_simulate(py::module_& module);
void bind_sweep(py::module_& module);
void bind_compare(py::module_& module);
void bind_space(py::module_& module);
void bind_oracle(py::module_& module);

}  // namespace h4h::python
