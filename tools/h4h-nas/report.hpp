#pragma once

#include <filesystem>

#include "tools/h4h-nas/training_report.hpp"

namespace h4h::tools {

struct ReportCommand {
  std::filesystem::path run;  // the folder of an `h4h train`
  ReportOptions options;
};

// `h4h train --report`: measures a supernet that is there, and writes train.json and the page of
// its folder. Returns what belongs on stdout. Throws std::runtime_error for other folders.
std::string run_report(const ReportCommand& command);

}  // namespace h4h::tools
