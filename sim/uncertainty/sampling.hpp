#pragma once

#include <cstdint>
#include <vector>

namespace h4h::sim {

// Points of the unit cube, [sample][dimension], each 0 .. 1: in every dimension each of `samples`
// equal strata has one of them (McKay et al. 1979). The same for a seed on every machine.
std::vector<std::vector<double>> latin_hypercube(std::size_t samples, std::size_t dimensions,
                                                 std::uint64_t seed);

}  // namespace h4h::sim
