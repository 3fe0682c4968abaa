#pragma once

#include <vector>

#include "models/cim/cim_timing.hpp"
#include "models/memory/layout.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// What the streams of the macros pass: the link, and the memories at its other end.
struct CimStreams {
  platforms::Noc noc;
  platforms::Memory input, output;
  bool shared = false;  // another device works on the same layer
};

// Picoseconds that `tiles` take, from the first request to the last byte written, on macros that
// have the link to themselves. A recurrence over the tiles with the rules of CimModule, NocModule
// and MemoryModule: two halves of input and output buffer, one stream a direction, earlier work
// first. It is what the simulation takes, but for rounding. 0 without tiles.
double estimate_cim(const platforms::Cim& cim, const CimStreams& streams,
                    const std::vector<CimTile>& tiles);

// The plan that takes the least time. Alone: of cuts into 1, 2, 4 .. 64 tiles, by rows first, then
// by halves of channels or columns, whichever fit the buffers, the one with the fewest tiles that
// is within 0.5 % of the shortest, or within 1.9 % where that one reads fewer bytes. The candidates
// depend on no rate, and a larger buffer adds to them: a better part never leads to a worse choice.
// Shared: as many tiles as the layer's bytes call for, whatever the rates, since what a tile waits
// for depends on the other device. `macros`, `units`, `layer`: as in plan_cim, whose errors it
// throws. The constants are assumptions (models/README.md).
CimPlan best_cim_plan(const platforms::Cim& cim, const CimStreams& streams, std::int64_t macros,
                      std::int64_t units, const workloads::LayerShape& layer, Layout input,
                      Layout output);

}  // namespace h4h::models
