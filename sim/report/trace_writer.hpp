#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "models/counts/timeline.hpp"
#include "sim/report/report.hpp"

namespace h4h::sim {

// Writes a run in Chrome's trace-event format, for ui.perfetto.dev and chrome://tracing, while it
// is simulated: little of the text is in memory at any time. Times are microseconds with six
// decimals: exact picoseconds.
//
//   TraceWriter trace(report, modelled, [&](std::string_view part) { file.write(part); });
//   run_network(hardware, network, mapping, trace);
//   trace.finish();
class TraceWriter : public models::Recorder {
 public:
  using Sink = std::function<void(std::string_view part)>;

  // `modelled`: results of the report's stripes (model_stripes), for the trace lists the layers, or
  // the stripes of those in cascades, before what happens in them. `report` and what `sink` refers
  // to must outlive the writer. Throws std::invalid_argument where report and results are not of
  // one run, and what `sink` throws.
  TraceWriter(const Report& report, const std::vector<JobResult>& modelled, Sink sink);
  ~TraceWriter() override;

  void begin_layer(models::Picoseconds now, std::vector<std::int64_t> macros_busy) override;
  void end_layer(models::Picoseconds now) override;
  // Writes the rest. Throws what went wrong while the run was recorded: what `sink` threw (nothing
  // was written after that), or std::invalid_argument where the run was not that of the results.
  void finish();

 private:
  class Text;

  void add(const models::Interval& interval) override;
  // Exceptions must not reach the kernel.
  template <typename Function>
  void unless_failed(Function function);

  std::unique_ptr<Text> text_;
  std::exception_ptr failure_;
};

}  // namespace h4h::sim
