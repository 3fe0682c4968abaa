#include "tools/studies/table1.hpp"

#include <map>

#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"

namespace h4h::studies {

const workloads::Network& table1_network(const std::string& which) {
  static const nas::Space space = nas::load_space(H4H_SOURCE_DIR "/nas/spaces/h4h-imagenet.yaml");
  static std::map<std::string, workloads::Network> networks;
  const auto known = networks.find(which);
  if (known != networks.end()) return known->second;
  return networks.emplace(which, nas::network_of(space, which)).first->second;
}

}  // namespace h4h::studies
