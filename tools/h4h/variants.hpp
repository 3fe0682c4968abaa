#pragma once

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// Keys that vary, and for each variant their values.
struct Variants {
  Arguments axes;
  std::vector<Arguments> values;

  // Of a variant, as --set takes them.
  Arguments settings(std::size_t variant) const;
};

// Every combination of the axes "key=a,b,c", the last one fastest, within every row of a CSV file
// whose columns are keys. Throws UsageError, or CsvError for the file.
Variants variants_of(const Arguments& axes, const std::optional<std::string>& file);

}  // namespace h4h::tools
