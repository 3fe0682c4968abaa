#pragma once

#include "models/counts/timeline.hpp"

namespace h4h::studies {

// Share (0 .. 1) of the time in which the NoC is held that both devices hold it. Not a number where
// one of them never does: then nothing is shown.
double share_held_by_both(const models::Timeline& timeline);

}  // namespace h4h::studies
