#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/validation/network_files.hpp"
#include "sim/validation/platform_files.hpp"

namespace h4h::sim {

// A network that somebody measured on a chip with an Ethos-U55: a row of npu_silicon.csv.
struct SiliconRun {
  std::string network;  // its file without the extension, or what the publication calls it
  std::string device;
  std::int64_t macs_per_cycle = 0;
  double clock_mhz = 0;
  std::string weights_in;
  double ms = 0;
  std::string platform;    // the platform file that stands for the device; "" where none does
  std::string conditions;  // of the measurement; "" where none are told
  std::string source;
};

// The model beside it. The interval is what memory rates that the vendor does not publish leave:
// bandwidths of the SRAM, of the NPU's port to it and of the weight memory, all at the high and all
// at the low ends of the platform's ranges.
struct SiliconCheck {
  SiliconRun run;
  double fast_ms = 0, nominal_ms = 0, slow_ms = 0;
  std::string left_out;  // why there are no figures of the model; "" where there are
};

// Reads npu_silicon.csv. Throws CsvError with file and line.
std::vector<SiliconRun> read_silicon(const std::filesystem::path& path);

// Simulates what can be: `platforms` is the directory of platform files, which are read into
// `files`; what cannot says why in `left_out`. Throws as load_platform and NetworkFiles::find, and
// std::runtime_error for a network that does not run. For information: nothing passes or fails by
// it, and nothing of the model is fitted to it.
std::vector<SiliconCheck> check_silicon(const std::vector<SiliconRun>& runs,
                                        const std::filesystem::path& platforms,
                                        NetworkFiles& networks, PlatformFiles& files);

}  // namespace h4h::sim
