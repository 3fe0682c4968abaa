#include "sim/validation/network_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "workloads/import/tflite/reader.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;

// Names in the references of files that were published under others.
const std::map<std::string, std::string>& published_names() {
  static const std::map<std::string, std::string> names{
      {"mlperftiny_ad01_int8", "ad01_int8"},
      {"mlperftiny_kws_dscnn_int8", "kws_ref_model"},
      {"mlperftiny_resnet8_int8", "pretrainedResnet_quant"},
      {"mlperftiny_strww_int8", "str_ww_ref_model"},
      {"mlperftiny_vww96_int8", "vww_96_int8"},
      {"mobilenet_v2_1.0_224_int8", "mobilenet_v2_224_int8"}};
  return names;
}

// The first in alphabetical order; empty where there is none.
fs::path find_file(const fs::path& folder, const std::string& name) {
  const auto published = published_names().find(name);
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".tflite") continue;
    const std::string stem = entry.path().stem().string();
    const bool known = published != published_names().end() && stem == published->second;
    if (stem == name || known) found.push_back(entry.path());
  }
  return found.empty() ? fs::path{} : *std::min_element(found.begin(), found.end());
}

}  // namespace

NetworkFiles::NetworkFiles(fs::path folder) : folder_(std::move(folder)) {
  if (fs::is_directory(folder_)) return;
  throw std::runtime_error(fmt::format(
      "{}: {}", folder_.string(), fs::exists(folder_) ? "not a directory" : "no such directory"));
}

const workloads::Network* NetworkFiles::find(const std::string& name) {
  auto file = files_.find(name);
  if (file == files_.end()) file = files_.emplace(name, find_file(folder_, name)).first;
  if (file->second.empty()) return nullptr;
  std::unique_ptr<workloads::Network>& network = networks_[file->second];
  if (!network) {
    network = std::make_unique<workloads::Network>(
        workloads::tflite::read(file->second, {workloads::UnsupportedPolicy::host}));
  }
  return network.get();
}

std::vector<std::string> NetworkFiles::missing() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) {
    if (file.empty()) names.push_back(name);
  }
  return names;
}

}  // namespace h4h::sim
