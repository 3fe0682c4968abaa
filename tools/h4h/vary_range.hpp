#pragma once

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// "LOW..HIGH[:STEP]" with one unit, behind the last number or behind each: "0..8", "4..8:2 GB/s",
// "4 GB/s..8 GB/s:2 GB/s". The values from LOW in steps of STEP (1 where it is left out), HIGH
// among them where a step meets it: "4 GB/s", "6 GB/s", "8 GB/s". Any other text is itself.
// Throws UsageError.
Arguments expand_range(const std::string& text);

}  // namespace h4h::tools
