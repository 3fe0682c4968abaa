#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace h4h {

// The candidate at the smallest edit distance from `word`; where none is near, the only one that
// starts with it (three characters or more); "" otherwise.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// The same as " (did you mean 'x'?)".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace h4h
