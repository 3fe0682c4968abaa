#include <pybind11/stl.h>

#include <algorithm>

#include "base/json/json_parser.hpp"
#include "base/program_files.hpp"
#include "platforms/description/loader.hpp"
#include "python/bindings.hpp"
#include "python/calls.hpp"
#include "python/errors.hpp"
#include "python/to_python.hpp"
#include "tools/h4h/platform_text.hpp"

namespace h4h::python {
namespace {

Platform load_platform(const std::string& path, const std::vector<std::string>& overrides) {
  require_file(file_or_shipped(path, "platforms").string());
  return released([&] { return Platform{platforms::load_platform(path, overrides), path}; });
}

std::string value_of(const Platform& platform, const std::string& key) {
  const auto& all = platform.value.settings;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.key == key; });
  if (found == all.end()) throw py::key_error(key);
  return found->value;
}

}  // namespace

void bind_platform(py::module_& module) {
  py::class_<Platform>(module, "Platform",
                       "A chip: every value of a platform file, made by load_platform().")
      .def_property_readonly("name", [](const Platform& p) { return p.value.name; })
      .def_property_readonly(
          "hash", [](const Platform& p) { return platforms::platform_hash(p.value); },
          "Equal for platforms whose values are all equal.")
      .def_readonly("file", &Platform::file, "The file, as it was named.")
      .def("__getitem__", &value_of, py::arg("key"),
           "The value of a key as its author wrote it, such as '9 ns' of 'cim.step'.")
      .def(
          "to_dict",
          [](const Platform& p) { return to_python(parse_json(tools::platform_json(p.value))); },
          "The document of `h4h platform show --format json`.")
      .def(
          "__eq__", [](const Platform& a, const Platform& b) { return a.value == b.value; },
          py::is_operator())
      .def("__repr__", [](const Platform& p) {
        return "<h4h.Platform " + p.value.name + " " + platforms::platform_hash(p.value) + ">";
      });
  module.def("load_platform", &load_platform, py::arg("path"), py::arg("overrides"));
}

}  // namespace h4h::python
