#include "models/device/work_bound.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

Traffic least_of(const Traffic& a, const Traffic& b) {
  return {std::min(a.read, b.read), std::min(a.written, b.written)};
}

}  // namespace

WorkBound least_of(const WorkBound& a, const WorkBound& b) {
  WorkBound least;
  least.time = std::min(a.time, b.time);
  least.waits_for_link = a.waits_for_link && b.waits_for_link;
  least.sram = least_of(a.sram, b.sram);
  least.external = least_of(a.external, b.external);
  least.weights_on_noc = std::min(a.weights_on_noc, b.weights_on_noc);
  least.weights_on_port = std::min(a.weights_on_port, b.weights_on_port);
  for (const Event event : kEvents) {
    least.counts[event] = std::min(a.counts[event], b.counts[event]);
  }
  return least;
}

}  // namespace h4h::models
