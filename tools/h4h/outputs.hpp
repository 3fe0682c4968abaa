#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// A file that a command writes, and the option that names it or its directory.
struct Output {
  std::string option;  // "--html"
  std::filesystem::path path;
};

// Those of `options` that are given, of a command whose --cache may be "none".
std::vector<Output> outputs_of(const Parsed& parsed, const Arguments& options);
// The same, and the files that the command writes into --out.
std::vector<Output> outputs_of(const Parsed& parsed, const Arguments& options,
                               const Arguments& files);

// Throws UsageError that names the options of two outputs that are one file, be it by path, link or
// hard link; stdout counts where it goes to a file. Devices may be given twice.
void refuse_same_outputs(const std::vector<Output>& outputs);

}  // namespace h4h::tools
