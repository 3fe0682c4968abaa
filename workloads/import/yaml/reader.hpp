#pragma once

#include <filesystem>
#include <string>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// A network written by hand; the format is in workloads/README.md.
// Throws NetworkError with a line "file:line: ..." for each thing that is wrong.
Network read_yaml_network(const std::filesystem::path& path);

// The same of a text; `file` is what messages call it, and its stem the name of a network without.
Network parse_yaml_network(const std::string& text, const std::filesystem::path& file);

}  // namespace h4h::workloads
