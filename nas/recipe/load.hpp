#pragma once

#include <string>

#include "nas/recipe/recipe.hpp"

namespace h4h::nas {

// Reads a recipe file (docs/reference/recipe-files.md), or the shipped one that `path` names
// (file_or_shipped()), with the recipes whose compute it equals. Throws RecipeError that names
// everything that is wrong, "file:line: message" each.
Recipe load_recipe(const std::string& path);

// Of a text that stands alone, such as format_recipe() writes; `file` is what messages call it.
Recipe parse_recipe(const std::string& text, const std::string& file);

// A recipe whose lengths are known as a file that stands alone, with every key of every phase: two
// recipes train the same exactly where their texts are the same. Without the summary.
std::string format_recipe(const Recipe& recipe);

}  // namespace h4h::nas
