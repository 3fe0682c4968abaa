#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/enum_values.hpp"
#include "base/json/json_writer.hpp"
#include "platforms/description/keys.hpp"
#include "tools/h4h/platform_text.hpp"

namespace h4h::tools {
namespace {

using platforms::Dimension;
using platforms::Key;
Document reference(std::string_view definition) {
  return {{"$ref", fmt::format("#/$defs/{}", definition)}};
}

Document any_of(Document::Array choices) { return {{"anyOf", std::move(choices)}}; }

Document text_that_says(std::string_view description) {
  return {{"type", "string"}, {"description", description}};
}

Document strict_object(Document properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

// A number and one of the dimension's units, as YAML reads it: a text.
Document quantity(Dimension dimension) {
  std::vector<std::string_view> units = platforms::unit_symbols(dimension);
  units.erase(std::remove(units.begin(), units.end(), ""), units.end());
  return {{"type", "string"},
          {"pattern", fmt::format("^[ \\t]*\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"
                                  "[ \\t]*({})[ \\t]*$",
                                  fmt::join(units, "|"))}};
}

template <typename Number>
Document bounded(const char* type, Number low, Number high) {
  return {{"type", type}, {"minimum", low}, {"maximum", high}};
}

Document real(Dimension dimension, double low, double high) {
  if (dimension != Dimension::ratio) return quantity(dimension);
  return any_of({bounded("number", low, high), quantity(dimension)});
}

struct Scalar {
  Dimension dimension;

  Document operator()(const platforms::IntegerField& field) const {
    if (!field.only.empty()) return {{"enum", field.only}};
    if (dimension != Dimension::count) return quantity(dimension);
    return bounded("integer", field.low, field.high);
  }
  Document operator()(const platforms::RealField& field) const {
    return real(dimension, field.low, field.high);
  }
  Document operator()(const platforms::OptionalField& field) const {
    return any_of(
        {real(dimension, field.low, field.high), Document{{"enum", Document::array({"unknown"})}}});
  }
  Document operator()(const platforms::ChoiceField& field) const { return {{"enum", field.names}}; }
  Document operator()(const platforms::TableField&) const { return {{"type", "string"}}; }
};

// Either the value alone or with its range and source.
Document key_schema(const Key& key) {
  const Document scalar = std::visit(Scalar{key.dimension}, key.field);
  Document properties{{"value", scalar}, {"source", text_that_says("where the value comes from")}};
  const bool chosen = std::holds_alternative<platforms::ChoiceField>(key.field) ||
                      std::holds_alternative<platforms::TableField>(key.field);
  if (!chosen) {
    properties["range"] = {{"description", "lowest and highest value, where it is uncertain"},
                           {"type", "array"},
                           {"items", scalar},
                           {"minItems", 2},
                           {"maxItems", 2}};
  }
  Document detailed = strict_object(std::move(properties));
  detailed["required"] = Document::array({"value"});
  Document schema = any_of({scalar, std::move(detailed)});
  schema["description"] = fmt::format("{}; allowed: {}", key.doc, allowed_values(key));
  return schema;
}

std::string name_in_schema(platforms::DeviceType type) {
  return fmt::format("device-{}", to_string(type));
}

// Keys of every platform, and those of a listed device of each type, under names that none can
// have.
const platforms::KeyList& all_keys() {
  static const platforms::KeyList kKeys = [] {
    std::vector<platforms::ListedDevice> devices;
    for (const platforms::DeviceType type : kEnumValues<platforms::DeviceType>) {
      devices.push_back({name_in_schema(type), type});
    }
    return platforms::KeyList(devices);
  }();
  return kKeys;
}

// What may stand inside a group ("" for the file): the keys and groups below it, by their names
// from there on, dotted or nested as an author likes.
Document members(const std::string& group) {
  const std::string prefix = group.empty() ? "" : group + ".";
  Document properties = Document::object();
  for (const Key& key : all_keys()) {
    if (key.path.substr(0, prefix.size()) != prefix) continue;
    if (group.empty() && key.path.find("device-") == 0) continue;
    for (std::size_t end = prefix.size(); end != std::string_view::npos;) {
      end = key.path.find('.', end + 1);
      const std::string_view path = std::string_view(key.path).substr(0, end);
      properties[path.substr(prefix.size())] = reference(path);
    }
  }
  return properties;
}

std::set<std::string> groups() {
  std::set<std::string> paths;
  for (const Key& key : all_keys()) {
    for (std::size_t dot = key.path.find('.'); dot != std::string_view::npos;
         dot = key.path.find('.', dot + 1)) {
      paths.emplace(key.path.substr(0, dot));
    }
  }
  return paths;
}

Document definitions() {
  Document all = Document::object();
  for (const std::string& group : groups()) all[group] = strict_object(members(group));
  for (const Key& key : all_keys()) all[key.path] = key_schema(key);
  return all;
}

// An entry of `devices`: the keys of `group`, and what only the list says.
Document listed_device(const std::string& group, bool first) {
  Document properties = members(group);
  if (!properties.contains("type")) {
    Document types = Document::array();
    for (const std::string_view word : platforms::type_words()) types.push_back(word);
    properties["type"] = {{"enum", types}, {"description", "of the device"}};
  }
  if (!first) {
    properties["like"] = text_that_says("a device before it of the same type, whose values it has");
  }
  return strict_object(std::move(properties));
}

Document devices_schema() {
  Document::Array listed;
  for (const platforms::DeviceType type : kEnumValues<platforms::DeviceType>) {
    listed.push_back(listed_device(name_in_schema(type), false));
  }
  return {
      {"type", "object"},
      {"description", "devices beside the NPU and the macros, by name"},
      {"properties", {{"npu", listed_device("npu", true)}, {"cim", listed_device("cim", true)}}},
      {"additionalProperties", any_of(std::move(listed))}};
}

}  // namespace

std::string platform_schema() {
  Document properties{{"name", text_that_says("of the platform; the file's name where left out")},
                      {"description", text_that_says("what the platform is")}};
  const Document path{{"type", "string"}};
  properties["extends"] = any_of({path, Document{{"type", "array"}, {"items", path}}});
  properties["extends"]["description"] =
      "files, relative to this one, that give what this one leaves out; later ones win";
  properties["devices"] = devices_schema();
  properties.update(members(""));
  Document schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                  {"title", "H4H platform file"}};
  schema.update(strict_object(std::move(properties)));
  schema["$defs"] = definitions();
  return write_json(schema);
}

}  // namespace h4h::tools
