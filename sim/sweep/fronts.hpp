#pragma once

#include <vector>

#include "sim/sweep/sweep.hpp"

namespace h4h::sim {

// For each network its points that no other one beats, which is to be better in one of two figures
// and at least as good in the other. Fastest first; equal ones stand there all, in order.
struct SweepFronts {
  using Front = std::vector<std::size_t>;  // indices of points
  std::vector<Front> energy, area;         // each against latency
};
SweepFronts sweep_fronts(const SweepResult& result);

// Points whose layers a page carries: of few points all, of many those on fronts and the worst.
constexpr std::size_t kLayersOfFront = 50;  // points of a front, about
std::vector<bool> points_with_layers(const SweepResult& result, const SweepFronts& fronts);

// Points on fronts, of each about `of_front`, and those with the highest figures of each network.
std::vector<bool> notable_points(const SweepResult& result, const SweepFronts& fronts,
                                 std::size_t of_front);

}  // namespace h4h::sim
