#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "models/device/devices.hpp"
#include "sim/mapping/mapping.hpp"
#include "sim/mapping/pins.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// "file:line: what is wrong; what is allowed"
class MappingFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A mapping file pins any layers of a network, and the macros and units in use:
//   network: mobilenet_v2           # optional; must be this network's name then
//   macros_in_use: 8                # optional; powered, even where no layer is on them
//   units_in_use: 1                 # optional
//   layers:
//     - {layer: "stage1.1/depthwise", npu: 16, cim: 16}    # output channels of each device
//   cascades:                       # optional; row stripes, all there are
//     - {first: "stage1.1/expand", last: "stage1.1/project", rows: 4}   # of the last one's output
// A device has the name that its chip gives it. Where several have macros, macros_in_use and
// units_in_use are maps of their names: {cim: 8, other: 2}.
// Of layers with one name the n-th entry is the n-th. Throws MappingFileError for shares that do
// not add up or are no whole words or heads, unknown layers, what macros cannot run, more macros
// than there are, and shares that do not fit the macros together. `path` is what messages call the
// file.
Pins parse_mapping(const std::string& text, const std::string& path, const models::Devices& devices,
                   const workloads::Network& network);

// The text of a mapping file. Throws MappingFileError where there is none.
std::string read_mapping_file(const std::filesystem::path& path);

// The file that pins all of `mapping`.
std::string mapping_text(const models::Devices& devices, const workloads::Network& network,
                         const Mapping& mapping);

}  // namespace h4h::sim
