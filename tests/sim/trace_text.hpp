#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/report/trace_writer.hpp"

namespace h4h::sim::testing {

inline std::vector<JobResult> results_of(const Report& report) {
  std::vector<JobResult> results;
  for (const LayerReport& layer : report.layers) results.push_back(layer.result);
  return results;
}

// The trace of a recorded run of a report whose times are all the model's.
inline std::string trace_text(const Report& report, const models::Timeline& timeline) {
  std::string text;
  TraceWriter trace(report, results_of(report), [&](std::string_view part) { text += part; });
  timeline.replay(trace);
  trace.finish();
  return text;
}

}  // namespace h4h::sim::testing
