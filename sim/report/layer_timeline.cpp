#include "sim/report/layer_timeline.hpp"

#include <stdexcept>

namespace h4h::sim {
namespace {

using models::Interval;
using models::Picoseconds;
using models::Timeline;

// Indices of a timeline's intervals, for each of its spans.
std::vector<std::vector<std::size_t>> by_span(const Timeline& timeline) {
  std::vector<std::vector<std::size_t>> spans(timeline.layers().size());
  for (std::size_t i = 0; i < timeline.intervals().size(); ++i) {
    spans.at(timeline.intervals()[i].layer).push_back(i);
  }
  return spans;
}

}  // namespace

Timeline by_layer(const Timeline& timeline, const std::vector<Stripe>& stripes,
                  std::size_t layers) {
  if (timeline.layers().size() != stripes.size()) {
    throw std::invalid_argument("timeline and stripes are not of one run");
  }
  std::vector<std::vector<std::size_t>> of_layer(layers);
  for (std::size_t s = 0; s < stripes.size(); ++s) of_layer.at(stripes[s].layer).push_back(s);
  const std::vector<std::vector<std::size_t>> intervals = by_span(timeline);
  Timeline all;
  Picoseconds now;
  for (const std::vector<std::size_t>& parts : of_layer) {
    if (parts.empty()) throw std::invalid_argument("a layer that does not run");
    all.begin_layer(now, timeline.layers()[parts.front()].macros_busy);
    for (const std::size_t part : parts) {
      const models::LayerSpan& span = timeline.layers()[part];
      const Picoseconds shift = now - span.begin;
      for (const std::size_t i : intervals[part]) {
        const Interval& each = timeline.intervals()[i];
        all.record(each.device, each.lane, each.begin + shift, each.end + shift, each.bytes);
      }
      now += span.end - span.begin;
    }
    all.end_layer(now);
  }
  return all;
}

}  // namespace h4h::sim
