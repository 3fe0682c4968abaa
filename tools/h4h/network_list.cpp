#include "tools/h4h/network_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/hash.hpp"
#include "nas/space/open_network.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {

std::string NetworkList::identity() const {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("{} {} ", names[i], text_hash(workloads::canonical_text(networks[i])));
  }
  return text;
}

NetworkList networks_of(const Parsed& parsed) {
  NetworkList list{list_of(parsed, "network"), {}};
  if (list.names.empty()) throw UsageError("--network is missing");
  const workloads::ImportOptions import{workloads::UnsupportedPolicy::refuse, input_of(parsed)};
  if (import.input && list.names.size() > 1) throw UsageError("--input needs a single --network");
  for (const std::string& name : list.names) {
    if (std::count(list.names.begin(), list.names.end(), name) > 1) {
      throw UsageError(fmt::format("--network {} is given twice", name));
    }
    list.networks.push_back(nas::open_network(name, import));
  }
  return list;
}

}  // namespace h4h::tools
