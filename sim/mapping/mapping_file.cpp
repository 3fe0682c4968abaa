#include "sim/mapping/mapping_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

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

constexpr yaml::FileKind kKind{
    "mapping file",
    "a map with layers, and optionally network, macros_in_use, units_in_use, cascades and spill",
    Node::Kind::map, 4 << 20};

class Reader {
 public:
  Reader(const Node& root, const models::Devices& devices, const Network& network)
      : top_(root, "", problems_),
        devices_(devices),
        of_macros_(models::devices_of_macros(devices)),
        all_(all_macros(devices)),
        network_(network),
        shapes_(layer_shapes(network)) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      places_[network.layers[i].name].push_back(i);
    }
    pins_.layers.resize(network.layers.size());
    pins_.active.by_device.resize(devices.size());
    lines_.resize(network.layers.size());
  }

  Pins read(const std::string& path) {
    read_network();
    read_in_use("macros_in_use", &ActiveMacros::macros, &PinnedMacros::macros);
    read_in_use("units_in_use", &ActiveMacros::units, &PinnedMacros::units);
    for (const DeviceId id : of_macros_) check_powered(id);
    if (const Node* const layers = top_.require("layers", "a list of layers and their shares")) {
      read_layers(*layers);
    }
    if (const Node* const cascades = top_.find("cascades")) read_cascades(*cascades);
    if (const Node* const spill = top_.find("spill")) read_spill(*spill);
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

  // " of NAME" where a chip has several devices of macros.
  std::string of_device(DeviceId id) const {
    return of_macros_.size() > 1 ? " of " + devices_[id]->name() : std::string();
  }

  // A number of the one device of macros; of several a map of their names.
  void read_in_use(const char* key, std::int64_t ActiveMacros::*most,
                   std::optional<std::int64_t> PinnedMacros::*pinned) {
    const Node* const node = top_.find(key);
    if (node == nullptr) return;
    if (of_macros_.size() == 1) return read_number(top_, key, of_macros_.front(), most, pinned);
    if (!node->is_map()) {
      return top_.problem(node->line, fmt::format("{}: must be a map of devices", key));
    }
    Fields each(*node, key, problems_);
    for (const DeviceId id : of_macros_) {
      const std::string& name = devices_[id]->name();
      if (each.find(name) != nullptr) read_number(each, name, id, most, pinned);
    }
    each.finish();
  }

  void read_number(Fields& fields, std::string_view key, DeviceId id,
                   std::int64_t ActiveMacros::*most,
                   std::optional<std::int64_t> PinnedMacros::*pinned) {
    const std::size_t before = problems_.count();
    const std::int64_t number = fields.number(key, {0, all_.of(id).*most});
    if (problems_.count() == before) pins_.active.by_device[id].*pinned = number;
  }

  void check_powered(DeviceId id) {
    const auto [macros, units] = pins_.active.of(id);
    if (!macros || !units || (*macros == 0) == (*units == 0)) return;
    top_.problem(
        top_.line(),
        fmt::format("one of macros_in_use and units_in_use{} is 0; allowed: both or neither",
                    of_device(id)));
  }

  void read_layers(const Node& list) {
    if (!list.is_list()) return top_.problem(list.line, "layers must be a list");
    for (const Node& item : list.items) {
      if (item.is_map()) {
        read_layer(item);
      } else {
        std::string devices;
        for (const auto& device : devices_) devices += fmt::format(", {}: ...", device->name());
        top_.problem(item.line,
                     fmt::format("layers: every entry is a map, {{layer: ...{}}}", devices));
      }
    }
  }

  // Names of .tflite files may be empty.
  static std::string layer_name(Fields& fields) {
    const Node* const node = fields.find("layer");
    if (node != nullptr && node->is_text() && node->text.empty()) return {};
    return fields.text("layer", "the name of a layer");
  }

  void read_layer(const Node& item) {
    const std::size_t before = problems_.count();
    Fields fields(item, "", problems_);
    const std::string name = layer_name(fields);
    std::vector<std::int64_t> channels;
    for (const auto& device : devices_) {
      channels.push_back(fields.number(device->name(), {0, INT32_MAX}));
    }
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
    pin(found->second[nth], std::move(channels), item.line);
  }

  void pin(std::size_t layer, std::vector<std::int64_t> channels, int line) {
    std::string wrong = wrong_sum(shapes_[layer], channels);
    for (DeviceId id = 0; id < channels.size() && wrong.empty(); ++id) {
      if (channels[id] > 0) wrong = wrong_share(shapes_[layer], id, channels[id]);
    }
    if (!wrong.empty()) {
      problems_.add(line, fmt::format("layer '{}': {}", network_.layers[layer].name, wrong));
      return;
    }
    pins_.layers[layer] = std::move(channels);
    lines_[layer] = line;
  }

  static std::string wrong_sum(const LayerShape& shape, const std::vector<std::int64_t>& channels) {
    const std::int64_t all = shape.output.channels;
    if (std::accumulate(channels.begin(), channels.end(), std::int64_t{0}) == all) return {};
    return fmt::format("shares of {} channels do not add up; allowed: a sum of {}",
                       fmt::join(channels, " and "), all);
  }

  void read_cascades(const Node& list) {
    if (!list.is_list()) return top_.problem(list.line, "cascades must be a list");
    pins_.cascades.emplace();
    const CascadeRules rules(network_);
    for (const Node& item : list.items) {
      if (item.is_map()) {
        read_cascade(item, rules);
      } else {
        top_.problem(item.line,
                     "cascades: every entry is a map, {first: LAYER, last: LAYER, rows: ...}");
      }
    }
  }

  void read_spill(const Node& node) {
    if (!node.is_text() || (node.text != "rows" && node.text != "tensors")) {
      return top_.problem(node.line, fmt::format("spill: '{}'; allowed: tensors, rows",
                                                 node.is_text() ? node.text : ""));
    }
    if (top_.find("cascades") == nullptr) {
      return top_.problem(node.line, "spill: only beside cascades, of which there may be none: []");
    }
    pins_.spill = node.text == "rows" ? Spill::rows : Spill::tensors;
  }

  std::optional<std::size_t> layer_of(Fields& fields, const char* key) {
    const std::size_t before = problems_.count();
    const std::string name = fields.text(key, "the name of a layer");
    if (problems_.count() > before) return std::nullopt;
    const auto found = places_.find(name);
    if (found != places_.end()) return found->second.front();
    fields.problem(fields.line(),
                   fmt::format("{}: layer '{}' is not in {}; `h4h network show` lists those that "
                               "are",
                               key, name, network_.name));
    return std::nullopt;
  }

  void read_cascade(const Node& item, const CascadeRules& rules) {
    Fields fields(item, "cascades", problems_);
    const std::optional<std::size_t> first = layer_of(fields, "first"),
                                     last = layer_of(fields, "last");
    const std::int64_t most = last ? shapes_[*last].output.height : INT32_MAX;
    const std::size_t before = problems_.count();
    const std::int64_t rows = fields.number("rows", {1, most});
    fields.finish();
    if (!first || !last || problems_.count() > before) return;
    std::string wrong = rules.refusal(*first, *last);
    const std::size_t free = pins_.cascades->empty() ? 0 : pins_.cascades->back().last + 1;
    if (wrong.empty() && *first < free) wrong = "must be in file order, and not overlap";
    if (!wrong.empty()) return problems_.add(item.line, "cascades: " + wrong);
    pins_.cascades->push_back({*first, *last, rows});
  }

  bool is_off(DeviceId id) const {
    const auto [macros, units] = pins_.active.of(id);
    return all_.of(id).macros == 0 || macros == 0 || units == 0;
  }

  std::string wrong_share(const LayerShape& shape, DeviceId id, std::int64_t channels) const {
    const models::Device& device = *devices_[id];
    const bool of_macros = std::find(of_macros_.begin(), of_macros_.end(), id) != of_macros_.end();
    if (of_macros && is_off(id)) {
      return fmt::format("no macro is in use; allowed: {}: 0", device.name());
    }
    if (!device.can_run(shape)) {
      return fmt::format("{}; allowed: {}: 0", device.cannot_run(shape), device.name());
    }
    const std::int64_t all = shape.output.channels, unit = device.share_unit(shape);
    if (channels == all || channels % unit == 0) return {};
    const char* const heads = of_macros ? "whole words and heads" : "whole heads";
    const char* const unit_of = of_macros ? "the macro word" : "its unit of split";
    return fmt::format("{}: {} channels is not a multiple of {} ({}); use 0, {}, ..., {}",
                       device.name(), channels, unit,
                       workloads::split_unit(shape) > 1 ? heads : unit_of, unit, all);
  }

  void check_capacity() {
    for (const DeviceId id : of_macros_) check_capacity(id);
  }

  // The first layer in file order that exceeds the capacity of the macros.
  void check_capacity(DeviceId id) {
    const models::Device& device = *devices_[id];
    const std::int64_t macros = pins_.active.of(id).macros.value_or(all_.of(id).macros);
    std::int64_t free = capacity_words(device, macros);
    HeldWords held(network_);
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const std::int64_t channels = pins_.layers[i] ? pins_.layers[i]->at(id) : 0;
      const std::int64_t words = held.add(i, words_of(device, shapes_[i], {channels, macros, 0}));
      if (words > free) return no_room(i, id, words, free, macros);
      free -= words;
    }
  }

  void no_room(std::size_t layer, DeviceId id, std::int64_t words, std::int64_t free,
               std::int64_t macros) {
    const models::MacroGroup group = *devices_[id]->macro_group();
    problems_.add(
        lines_[layer],
        fmt::format("layer '{}' does not fit: its share takes {} B of the macros{}, {} B are left "
                    "in {} of {} B each",
                    network_.layers[layer].name, group.bytes_of_words(words), of_device(id),
                    group.bytes_of_words(free), macros,
                    group.bytes_of_words(group.words_per_macro)));
  }

  Problems problems_;
  Fields top_;
  const models::Devices& devices_;
  std::vector<DeviceId> of_macros_;
  ActiveDevices all_;
  const Network& network_;
  std::vector<LayerShape> shapes_;
  std::map<std::string, std::vector<std::size_t>> places_;
  std::map<std::string, std::size_t> seen_;
  std::vector<int> lines_;
  Pins pins_;
};

}  // namespace

Pins parse_mapping(const std::string& text, const std::string& path, const models::Devices& devices,
                   const Network& network) {
  const Node root = yaml::root_of<MappingFileError>(text, path, kKind);
  return Reader(root, devices, network).read(path);
}

std::string read_mapping_file(const fs::path& path) {
  return yaml::text_of<MappingFileError>(path, kKind);
}

namespace {

// "8"; of several devices of macros "{cim: 8, other: 2}".
std::string in_use(const models::Devices& devices, const ActiveDevices& active,
                   std::int64_t ActiveMacros::*number) {
  const std::vector<DeviceId> ids = models::devices_of_macros(devices);
  std::vector<std::string> each;
  for (const DeviceId id : ids) {
    each.push_back(fmt::format("{}: {}", devices[id]->name(), active.of(id).*number));
  }
  if (ids.size() > 1) return fmt::format("{{{}}}", fmt::join(each, ", "));
  return fmt::to_string(ids.empty() ? 0 : active.of(ids.front()).*number);
}

// "" for none: a file without the key leaves the choice to whoever reads it.
std::string cascades_text(const Network& network, const Mapping& mapping) {
  const bool rows = mapping.spill == Spill::rows;
  if (mapping.cascades.empty()) return rows ? "cascades: []\nspill: rows\n" : "";
  std::string text = rows ? "spill: rows\ncascades:\n" : "cascades:\n";
  for (const Cascade& c : mapping.cascades) {
    text += fmt::format("  - {{first: {}, last: {}, rows: {}}}\n",
                        json_string(network.layers[c.first].name),
                        json_string(network.layers[c.last].name), c.rows);
  }
  return text;
}

}  // namespace

std::string mapping_text(const models::Devices& devices, const Network& network,
                         const Mapping& mapping) {
  std::string text = fmt::format(
      "# Output channels of each layer that the NPU and the macros compute (h4h simulate "
      "--mapping).\nnetwork: {}\nmacros_in_use: {}\nunits_in_use: {}\nlayers:\n",
      json_string(network.name), in_use(devices, mapping.active, &ActiveMacros::macros),
      in_use(devices, mapping.active, &ActiveMacros::units));
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    text += fmt::format("  - {{layer: {}", json_string(network.layers[i].name));
    for (DeviceId id = 0; id < devices.size(); ++id) {
      text += fmt::format(", {}: {}", devices[id]->name(), mapping.layers.at(i).channels(id));
    }
    text += "}\n";
  }
  return text + cascades_text(network, mapping);
}

}  // namespace h4h::sim
