#include "workloads/import/read_or_build.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "base/text/nearest.hpp"
#include "workloads/import/onnx/reader.hpp"
#include "workloads/import/tflite/reader.hpp"
#include "workloads/import/yaml/reader.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::workloads {

Network read_or_build(const std::string& name, const ImportOptions& options) {
  const std::filesystem::path extension = std::filesystem::path(name).extension();
  if (extension == ".tflite") return tflite::read(name, options);
  if (extension == ".yaml" || extension == ".yml") return read_yaml_network(name);
  if (extension == ".onnx") return onnx::read(name, options);
  if (std::optional<Network> network = build_by_name(name)) return *std::move(network);
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  throw NetworkError(fmt::format(
      "{}: neither a .tflite, .onnx or .yaml file nor a built-in network{}; built in: {}", name,
      did_you_mean(name.substr(0, name.find(':')), names), fmt::join(names, ", ")));
}

}  // namespace h4h::workloads
