#include <pybind11/stl.h>

#include <filesystem>

#include "base/json/json_parser.hpp"
#include "nas/space/open_network.hpp"
#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/errors.hpp"
#include "python/to_python.hpp"
#include "tools/h4h/network_text.hpp"
#include "workloads/export/yaml.hpp"
#include "workloads/import/network_name.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::python {
namespace {

// A name that can only be meant as a file: what else it may be, open_network() says.
bool is_path(const std::string& name) {
  const std::string extension = std::filesystem::path(name).extension().string();
  return name.find('/') != std::string::npos || extension == ".yaml" || extension == ".yml" ||
         extension == ".onnx" || extension == ".tflite";
}

// Of a network of a space, the space.
void require_file_of(const std::string& name) {
  std::error_code too_long;
  if (std::filesystem::is_regular_file(name, too_long)) return;
  const auto inside = workloads::network_in_file(name);
  if (inside && std::filesystem::is_directory(inside->file, too_long)) return;
  const std::string file = inside ? inside->file : name;
  if (is_path(file)) require_file(file);
}

Network load_network(const std::string& name, const tools::Arguments& arguments) {
  tools::Options options("options");
  tools::add_import_options(options);
  const workloads::ImportOptions import = tools::import_options_of(parsed(arguments, options));
  require_file_of(name);
  return released([&] { return Network{nas::open_network(name, import), name}; });
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const workloads::CatalogueEntry& entry : workloads::catalogue()) all.push_back(entry.name);
  return all;
}

}  // namespace

void bind_network(py::module_& module) {
  py::class_<Network>(module, "Network", "A network, made by load_network() or Space.network().")
      .def_property_readonly("name", [](const Network& n) { return n.value.name; })
      .def_property_readonly(
          "macs", [](const Network& n) { return workloads::macs(n.value); },
          "Multiply-accumulates of an inference.")
      .def_property_readonly("weight_bytes",
                             [](const Network& n) { return workloads::weight_bytes(n.value); })
      .def_property_readonly("parameters",
                             [](const Network& n) { return workloads::parameters(n.value); })
      .def(
          "to_dict",
          [](const Network& n) { return to_python(parse_json(tools::network_json(n.value))); },
          "The document of `h4h network show --format json`.")
      .def(
          "to_yaml", [](const Network& n) { return workloads::to_yaml(n.value); },
          "The text of a network file.")
      .def(
          "__len__", [](const Network& n) { return n.value.layers.size(); }, "Layers.")
      .def("__repr__", [](const Network& n) {
        return "<h4h.Network " + n.value.name + ", " + std::to_string(n.value.layers.size()) +
               " layers>";
      });
  module.def("load_network", &load_network, py::arg("name"), py::arg("options"));
  module.def("network_names", &names,
             "Names of the built-in networks, which load_network() takes; see `h4h network list`.");
}

}  // namespace h4h::python
