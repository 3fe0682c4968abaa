#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/fields.hpp"
#include "nas/recipe/recipe.hpp"

namespace h4h::nas {

// What a value in a file does to a phase.
using Change = std::function<void(Phase&)>;

// A key that a recipe may give for all phases, and a phase for itself.
struct Setting {
  std::string_view key;
  // Of a value that does not fit it is a problem of `fields`; a value that fits stands in.
  std::function<Change(yaml::Fields& fields, const yaml::Node& value)> read;
  std::function<std::string(const Phase&)> write;  // as YAML
};

// All but the name, the start and the length of a phase; in the order in which they are written.
const std::vector<Setting>& settings();

}  // namespace h4h::nas
