#include "workloads/import/open.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "workloads/import/tflite/reader.hpp"
#include "workloads/import/yaml/reader.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::workloads {

Network open_network(const std::string& name, UnsupportedPolicy policy) {
  const std::filesystem::path extension = std::filesystem::path(name).extension();
  if (extension == ".tflite") return tflite::read(name, policy);
  if (extension == ".yaml" || extension == ".yml") return read_yaml_network(name);
  if (std::optional<Network> network = build_by_name(name)) return *std::move(network);
  std::string names;
  for (const CatalogueEntry& entry : catalogue()) names += " " + entry.name;
  throw NetworkError(fmt::format(
      "{}: neither a .tflite or .yaml file nor a built-in network; built in:{}", name, names));
}

}  // namespace h4h::workloads
