#pragma once

#include <pybind11/pybind11.h>

#include "base/json/document.hpp"

namespace h4h::python {

// What json.loads() makes of the document's JSON.
pybind11::object to_python(const Document& document);

// The document of None, a bool, a number, a str, a list, a tuple or a dict with str as keys. Throws
// pybind11::type_error for anything else.
Document to_document(pybind11::handle value);

}  // namespace h4h::python
