#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace h4h {

// The candidate at the smallest edit distance (Levenshtein) from `word`, which may be a third of
// the word's length but at least 2; where none is so near, the only one that starts with `word`
// (three characters or more); "" otherwise, and for words of more than 64 characters.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// The same as " (did you mean 'x'?)".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace h4h
