#include "workloads/nets/catalogue.hpp"

#include <fmt/format.h>

#include "base/text/number.hpp"
#include "workloads/fuse/fuse.hpp"
#include "workloads/nets/ds_cnn.hpp"
#include "workloads/nets/mobilenet_v1.hpp"
#include "workloads/nets/mobilenet_v2.hpp"
#include "workloads/nets/resnet.hpp"
#include "workloads/nets/vit_tiny.hpp"

namespace h4h::workloads {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

// What stands behind the name: "mobilenet_v2:0.5:160".
class Parameters {
 public:
  explicit Parameters(const std::string& name) : name_(name), parts_(split(name, ':')) {}

  const std::string& network() const { return parts_.front(); }
  std::size_t count() const { return parts_.size() - 1; }

  template <typename T>
  T get(std::size_t index, T otherwise) const {
    if (index >= count()) return otherwise;
    const std::string& text = parts_[index + 1];
    if (const std::optional<T> value = parse_number<T>(text)) return *value;
    throw NetworkError(fmt::format("{}: '{}' is not a number", name_, text));
  }

 private:
  std::string name_;
  std::vector<std::string> parts_;
};

std::int64_t resolution(const Parameters& p, std::size_t index) {
  return p.get<std::int64_t>(index, 224);
}

struct Entry {
  const char* name;
  std::vector<std::string> parameters;
  const char* description;
  Network (*build)(const Parameters&);
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      {"mobilenet_v1",
       {"WIDTH", "RESOLUTION"},
       "MobileNet, Howard et al. 2017; default 1.0 and 224",
       [](const Parameters& p) { return mobilenet_v1(p.get(0, 1.0), resolution(p, 1)); }},
      {"mobilenet_v2",
       {"WIDTH", "RESOLUTION"},
       "MobileNetV2, Sandler et al. 2018; default 1.0 and 224",
       [](const Parameters& p) { return mobilenet_v2(p.get(0, 1.0), resolution(p, 1)); }},
      {"resnet18",
       {"RESOLUTION"},
       "ResNet-18, He et al. 2016, padded as in torchvision; default 224",
       [](const Parameters& p) { return resnet18(resolution(p, 0)); }},
      {"resnet8",
       {},
       "image classification of MLPerf Tiny",
       [](const Parameters&) { return resnet8(); }},
      {"ds_cnn_kws",
       {},
       "keyword spotting of MLPerf Tiny",
       [](const Parameters&) { return ds_cnn_kws(); }},
      {"vit_tiny",
       {"RESOLUTION"},
       "vision transformer after DeiT-Ti, Touvron et al. 2021; default 224",
       [](const Parameters& p) { return vit_tiny(resolution(p, 0)); }}};
  return all;
}

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> all;
  for (const Entry& e : entries()) all.push_back({e.name, e.parameters, e.description});
  return all;
}

std::optional<Network> build_by_name(const std::string& name) {
  const Parameters given(name);
  for (const Entry& entry : entries()) {
    if (given.network() != entry.name) continue;
    if (given.count() <= entry.parameters.size()) {
      return with_joined_projections(entry.build(given));
    }
    throw NetworkError(fmt::format(
        "{}: {} takes {} parameters", name, entry.name,
        entry.parameters.empty() ? "no" : fmt::format("at most {}", entry.parameters.size())));
  }
  return std::nullopt;
}

}  // namespace h4h::workloads
