#pragma once

#include <string>
#include <vector>

#include "tools/studies/study.hpp"

namespace h4h::studies {

// Where an axis has its labels: round numbers within the ends, two at least where they differ. On a
// logarithmic axis both ends are above 0.
std::vector<double> ticks_of(double low, double high, bool logarithmic);

// The charts of a study as one SVG, side by side: it stands alone, is the same for the same charts
// to the byte, and follows the reader's light or dark mode. Points that are not numbers, or not
// above 0 on a logarithmic axis, are left out.
std::string format_svg(const std::string& title, const std::vector<Chart>& charts);

}  // namespace h4h::studies
