#pragma once

#include "platforms/description/overrides.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {

// Keys that vary, and for each variant what they are.
struct Variants {
  Arguments axes;
  std::vector<std::vector<platforms::Override>> changes;

  // The values of a variant as they were given, in the order of the axes.
  Arguments texts(std::size_t variant) const;
  std::size_t size() const { return changes.size(); }
};

// A key and its values, of "key=a,b,c".
struct Axis {
  std::string key;
  std::vector<platforms::Override> values;

  Arguments texts() const;  // as they were given
};

// Of each argument one. An item may be a range, see vary_range.hpp. Throws UsageError, for a key or
// a value that is given twice too, and what parse_override() throws of a value.
std::vector<Axis> axes_of(const Arguments& axes);

// Every combination of the axes "key=a,b,c", the last one fastest, within every row of a CSV file
// whose columns are keys. An item of an axis may be a range, see vary_range.hpp. Throws
// UsageError, CsvError for the file, and what parse_override() throws of a value.
Variants variants_of(const Arguments& axes, const std::optional<std::string>& file);

}  // namespace h4h::tools
