#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace h4h {

// " (did you mean 'x'?)" for the candidate at the smallest edit distance, "" if none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace h4h
