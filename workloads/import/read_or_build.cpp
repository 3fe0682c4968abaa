#include "workloads/import/read_or_build.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "base/text/nearest.hpp"
#include "workloads/import/tflite/reader.hpp"
#include "workloads/import/yaml/reader.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::workloads {

Network read_or_build(const std::string& name, const ImportOptions& options) {
  const std::filesystem::path extension = std::filesystem::path(name).extension();
  if (extension == ".tflite") return tflite::read(name, options);
  if (extension == ".yaml" || extension == ".yml") return read_yaml_network(name);
  if (std::optional<Network> network = build_by_name(name)) return *std::move(network);
  if (extension == ".onnx") {
    throw NetworkError(name + ": ONNX is not supported; convert it to .tflite (onnx2tf) or YAML");
  }
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  throw NetworkError(fmt::format(
      "{}: neither a .tflite or .yaml file nor a built-in network{}; built in: {}", name,
      did_you_mean(name.substr(0, name.find(':')), names), fmt::join(names, ", ")));
}

}  // namespace h4h::workloads
