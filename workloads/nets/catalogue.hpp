#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::workloads {

struct CatalogueEntry {
  std::string name;
  std::vector<std::string> parameters;  // that may follow the name, each behind a colon
  std::string description;
};

// The networks that a name alone builds. Parameters follow the name:
// "mobilenet_v2", "mobilenet_v2:0.5" (width), "mobilenet_v2:0.5:160" (width, resolution).
std::vector<CatalogueEntry> catalogue();

// The network a name stands for; nullopt where no builder has the name.
// Throws NetworkError where the parameters are wrong.
std::optional<Network> build_by_name(const std::string& name);

}  // namespace h4h::workloads
