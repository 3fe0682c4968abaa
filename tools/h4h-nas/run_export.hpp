#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {

struct FineTuning {
  std::int64_t epochs = 0;  // 0: none
  double learning_rate = 3e-3;
  std::uint64_t seed = 0;
};

struct ExportCommand {
  std::string network;                  // RUN#ROW or SPACE#NETWORK
  std::optional<std::string> accuracy;  // the folder of a training
  std::vector<std::filesystem::path> outs;
  bool int8 = false;  // of .onnx; .tflite always are
  FineTuning fine_tuning;
  Format format = Format::table;
};

// The command line of `h4h export`; nullopt where help was asked for and printed. Throws
// UsageError.
std::optional<ExportCommand> parse_export(const Arguments& arguments);

// Writes the files. Returns what belongs on stdout. Throws UsageError, std::runtime_error and what
// reading the files throws.
std::string run_export(const ExportCommand& command);

}  // namespace h4h::tools
