#include "workloads/import/read_or_build.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/text/nearest.hpp"
#include "workloads/import/file_kind.hpp"
#include "workloads/import/onnx/reader.hpp"
#include "workloads/import/tflite/reader.hpp"
#include "workloads/import/yaml/reader.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::workloads {
namespace {

void refuse_input(const std::string& name, const ImportOptions& options) {
  if (!options.input) return;
  throw NetworkError(name +
                     ": states the shape of its input; --input is for .tflite and .onnx files that "
                     "leave some of it open");
}

Network read_file_of(FileKind kind, const std::string& name, const ImportOptions& options) {
  switch (kind) {
    case FileKind::tflite:
      return tflite::read(name, options);
    case FileKind::onnx:
      return onnx::read(name, options);
    case FileKind::git_lfs_pointer:
      throw NetworkError(name +
                         ": a Git LFS pointer, not the network itself; `git lfs pull` fetches it");
    case FileKind::yaml:
      break;
  }
  refuse_input(name, options);
  return read_yaml_network(name);
}

}  // namespace

Network read_or_build(const std::string& name, const ImportOptions& options) {
  if (std::optional<Network> network = build_by_name(name)) {
    refuse_input(name, options);
    return *std::move(network);
  }
  if (const auto kind = kind_of_file(name)) return read_file_of(*kind, name, options);
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  throw NetworkError(fmt::format(
      "{}: neither a .tflite, .onnx or .yaml file nor a built-in network{}; built in: {}", name,
      did_you_mean(name.substr(0, name.find(':')), names), fmt::join(names, ", ")));
}

}  // namespace h4h::workloads
