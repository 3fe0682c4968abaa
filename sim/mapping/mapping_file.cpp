#include "sim/mapping/mapping_file.hpp"

#include <fmt/format.h>

#include <map>

#include "base/json/json_writer.hpp"
#include "base/yaml/fields.hpp"
#include "base/yaml/file.hpp"
#include "sim/mapping/shares.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;
using workloads::LayerShape;
using workloads::Network;
using yaml::Fields;
using yaml::Node;
using yaml::Problems;

constexpr yaml::FileKind kKind{
    "mapping file", "a map with layers, and optionally network, macros_in_use and units_in_use",
    Node::Kind::map, 8 << 20};

class Reader {
 public:
  Reader(const Node& root, const platforms::Cim& cim, const Network& network)
      : top_(root, "", problems_), cim_(cim), network_(network), shapes_(layer_shapes(network)) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      places_[network.layers[i].name].push_back(i);
    }
    pins_.cim_channels.resize(network.layers.size());
    lines_.resize(network.layers.size());
  }

  Pins read(const std::string& path) {
    read_network();
    pins_.macros_in_use = optional_number("macros_in_use", cim_.macros);
    pins_.units_in_use = optional_number("units_in_use", cim_.compute_units);
    check_powered();
    if (const Node* const layers = top_.require("layers", "a list of layers and their shares")) {
      read_layers(*layers);
    }
    top_.finish();
    if (problems_.count() == 0) check_capacity();
    if (problems_.count() > 0) throw MappingFileError(problems_.text(path));
    return std::move(pins_);
  }

 private:
  void read_network() {
    const Node* const node = top_.find("network");
    if (node == nullptr || (node->is_text() && node->text == network_.name)) return;
    if (!node->is_text()) {
      return top_.problem(node->line, fmt::format("network: must be the name '{}'", network_.name));
    }
    top_.problem(node->line, fmt::format("network: '{}'; allowed: '{}', which is mapped",
                                         node->text, network_.name));
  }

  std::optional<std::int64_t> optional_number(const char* key, std::int64_t most) {
    if (top_.find(key) == nullptr) return std::nullopt;
    const std::size_t before = problems_.count();
    const std::int64_t number = top_.number(key, {0, most});
    return problems_.count() > before ? std::nullopt : std::optional(number);
  }

  void check_powered() {
    if (!pins_.macros_in_use || !pins_.units_in_use) return;
    if ((*pins_.macros_in_use == 0) == (*pins_.units_in_use == 0)) return;
    top_.problem(top_.line(),
                 "one of macros_in_use and units_in_use is 0; allowed: both or neither");
  }

  void read_layers(const Node& list) {
    if (!list.is_list()) return top_.problem(list.line, "layers must be a list");
    for (const Node& item : list.items) {
      if (item.is_map()) {
        read_layer(item);
      } else {
        top_.problem(item.line, "layers: every entry is a map, {layer: ..., npu: ..., cim: ...}");
      }
    }
  }

  void read_layer(const Node& item) {
    const std::size_t before = problems_.count();
    Fields fields(item, "", problems_);
    const std::string name = fields.text("layer", "the name of a layer");
    const std::int64_t npu = fields.number("npu", {0, INT32_MAX});
    const std::int64_t cim = fields.number("cim", {0, INT32_MAX});
    fields.finish();
    if (problems_.count() > before) return;
    const auto found = places_.find(name);
    if (found == places_.end()) {
      return fields.problem(item.line,
                            fmt::format("layer '{}' is not in {}; `h4h network show` lists those "
                                        "that are",
                                        name, network_.name));
    }
    const std::size_t nth = seen_[name]++;
    if (nth >= found->second.size()) {
      return fields.problem(item.line, fmt::format("layer '{}' is listed once too often", name));
    }
    pin(found->second[nth], npu, cim, item.line);
  }

  void pin(std::size_t layer, std::int64_t npu, std::int64_t cim, int line) {
    const std::string wrong = wrong_share(shapes_[layer], npu, cim);
    if (!wrong.empty()) {
      problems_.add(line, fmt::format("layer '{}': {}", network_.layers[layer].name, wrong));
      return;
    }
    pins_.cim_channels[layer] = cim;
    lines_[layer] = line;
  }

  std::string wrong_share(const LayerShape& shape, std::int64_t npu, std::int64_t cim) const {
    const std::int64_t all = shape.output.channels;
    if (npu + cim != all) {
      return fmt::format("shares of {} and {} channels do not add up; allowed: a sum of {}", npu,
                         cim, all);
    }
    if (cim == 0) return {};
    if (cim_.macros == 0 || pins_.macros_in_use == 0 || pins_.units_in_use == 0) {
      return "no macro is in use; allowed: cim: 0";
    }
    if (!models::cim_can_run(cim_, shape)) {
      return models::cim_cannot_run(cim_, shape) + "; allowed: cim: 0";
    }
    const std::int64_t unit = models::cim_share_unit(cim_, shape);
    if (cim != all && cim % unit != 0) {
      const bool heads = workloads::split_unit(shape) > 1;
      return fmt::format("cim: {} channels is not a multiple of {} ({}); use 0, {}, ..., {}", cim,
                         unit, heads ? "whole words and heads" : "the macro word", unit, all);
    }
    return {};
  }

  // The first layer in file order that has no room left.
  void check_capacity() {
    const std::int64_t macros = pins_.macros_in_use.value_or(cim_.macros);
    std::int64_t free = capacity_words(cim_, macros);
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const std::int64_t channels = pins_.of(i).value_or(0);
      const std::int64_t words = words_of(cim_, shapes_[i], channels, macros);
      if (words > free) {
        const std::int64_t bytes = cim_.word_bits() / 8;
        problems_.add(lines_[i], fmt::format("layer '{}' does not fit: its share takes {} B of the "
                                             "macros, {} B are left in {} of {} B each",
                                             network_.layers[i].name, words * bytes, free * bytes,
                                             macros, cim_.words_per_macro() * bytes));
        return;
      }
      free -= words;
    }
  }

  Problems problems_;
  Fields top_;
  const platforms::Cim& cim_;
  const Network& network_;
  std::vector<LayerShape> shapes_;
  std::map<std::string, std::vector<std::size_t>> places_;
  std::map<std::string, std::size_t> seen_;
  std::vector<int> lines_;
  Pins pins_;
};

}  // namespace

Pins parse_mapping(const std::string& text, const std::string& path, const platforms::Cim& cim,
                   const Network& network) {
  const Node root = yaml::root_of<MappingFileError>(text, path, kKind);
  return Reader(root, cim, network).read(path);
}

Pins read_mapping_file(const fs::path& path, const platforms::Cim& cim, const Network& network) {
  return parse_mapping(yaml::text_of<MappingFileError>(path, kKind), path.string(), cim, network);
}

std::string mapping_text(const Network& network, const Mapping& mapping) {
  const auto quoted = [](const std::string& text) { return write_json(text, JsonLayout::compact); };
  std::string text = fmt::format(
      "# Output channels of each layer that the NPU and the macros compute (h4h simulate "
      "--mapping).\nnetwork: {}\nmacros_in_use: {}\nunits_in_use: {}\nlayers:\n",
      quoted(network.name), mapping.macros_in_use, mapping.units_in_use);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Split& split = mapping.layers.at(i);
    text += fmt::format("  - {{layer: {}, npu: {}, cim: {}}}\n", quoted(network.layers[i].name),
                        split.channels(platforms::kNpu), split.channels(platforms::kCim));
  }
  return text;
}

}  // namespace h4h::sim
