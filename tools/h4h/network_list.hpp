#pragma once

#include <vector>

#include "tools/h4h/command.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::tools {

// What --network names, where it may be given several times.
struct NetworkList {
  Arguments names;
  std::vector<workloads::Network> networks;

  // Names and what the networks are, to tell them from others.
  std::string identity() const;
};

// Throws UsageError where none is given, or one twice.
NetworkList networks_of(const Parsed& parsed);

}  // namespace h4h::tools
