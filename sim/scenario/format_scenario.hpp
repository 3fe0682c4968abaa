#pragma once

#include <string>

#include "base/json/document.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/schedule.hpp"

namespace h4h::sim {

struct ScenarioResult {
  Scenario scenario;
  std::string platform_name, platform_hash, objective;
  std::vector<Report> reports;  // of each stream's network, alone
  std::vector<InferenceCost> costs;
  ScheduleOutcome outcome;
  double idle_w = 0;  // of the chip while nothing runs
  std::vector<std::string> remarks;

  double joules() const;  // of inferences, waking up and idle time
  double average_w() const;
  double utilisation() const;  // 0 .. 1 of the time in which the chip computes
};

// For people; ends with a newline.
std::string format_table(const ScenarioResult& result);
// Schema h4h.scenario/1.
Document scenario_document(const ScenarioResult& result);
// A page with the first frames as a timeline. `command`: that asked for it, for a shell.
std::string format_scenario_page(const ScenarioResult& result, const std::string& command = {});

}  // namespace h4h::sim
