#include "python/to_python.hpp"

namespace h4h::python {
namespace {

namespace py = pybind11;

py::object integer(const Document& document) {
  try {
    return py::int_(document.integer());
  } catch (const DocumentError&) {  // above the range
    return py::int_(document.unsigned_integer());
  }
}

py::object list(const Document::Array& items) {
  py::list all(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) all[i] = to_python(items[i]);
  return std::move(all);
}

py::object dict(const Document::Object& members) {
  py::dict all;
  for (const Document::Member& member : members) all[py::str(member.key)] = to_python(member.value);
  return std::move(all);
}

Document object_of(const py::dict& dict) {
  Document document = Document::object();
  for (const auto& [key, value] : dict) {
    if (!py::isinstance<py::str>(key)) throw py::type_error("keys must be str");
    document[py::cast<std::string>(key)] = to_document(value);
  }
  return document;
}

Document array_of(const py::handle& items) {
  Document document = Document::array();
  for (const py::handle item : items) document.push_back(to_document(item));
  return document;
}

}  // namespace

py::object to_python(const Document& document) {
  if (document.is_null()) return py::none();
  if (document.is_boolean()) return py::bool_(document.boolean());
  if (document.is_integer()) return integer(document);
  if (document.is_number()) return py::float_(document.number());
  if (document.is_text()) return py::str(document.text());
  if (document.is_array()) return list(document.items());
  return dict(document.members());
}

Document to_document(py::handle value) {
  if (value.is_none()) return {};
  if (py::isinstance<py::bool_>(value)) return py::cast<bool>(value);
  if (py::isinstance<py::int_>(value)) return py::cast<std::int64_t>(value);
  if (py::isinstance<py::float_>(value)) return py::cast<double>(value);
  if (py::isinstance<py::str>(value)) return py::cast<std::string>(value);
  if (py::isinstance<py::dict>(value)) return object_of(py::reinterpret_borrow<py::dict>(value));
  if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value)) return array_of(value);
  throw py::type_error(std::string(py::str(py::type::of(value))) + " has no JSON");
}

}  // namespace h4h::python
