#include "tools/studies/table1.hpp"

#include <map>

#include "base/program_files.hpp"
#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"

namespace h4h::studies {

const workloads::Network& table1_network(const std::string& which) {
  static const nas::Space space =
      nas::load_space((shipped_file("spaces") / "h4h-imagenet.yaml").string());
  static std::map<std::string, workloads::Network> networks;
  const auto known = networks.find(which);
  if (known != networks.end()) return known->second;
  return networks.emplace(which, nas::network_of(space, which)).first->second;
}

}  // namespace h4h::studies
