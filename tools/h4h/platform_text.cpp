#include "tools/h4h/platform_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "platforms/description/keys.hpp"
#include "sim/explain/difference.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
using platforms::Key;
using platforms::Origin;
using platforms::Platform;
using platforms::Setting;
std::string file_of(const Origin& origin) {
  return std::filesystem::path(origin.file).lexically_normal().string();
}

std::string place(const Origin& origin) {
  if (origin.line == 0) return "command line";
  return fmt::format("{}:{}", file_of(origin), origin.line);
}

std::vector<Cell> table_row(const Setting& s, bool wide) {
  std::vector<Cell> row{s.key, s.value,
                        s.range_low ? fmt::format("{} .. {}", *s.range_low, *s.range_high) : "",
                        is_assumption(s) ? "?" : ""};
  if (wide) {
    const std::string source = s.source.empty() ? "no source given" : s.source;
    row.emplace_back(s.origin.line < 0 ? source : fmt::format("{}; {}", source, place(s.origin)));
  }
  return row;
}

// A text as YAML, which takes those of JSON.
std::string json_text(const std::string& text) {
  return write_json(Document(text), JsonLayout::compact);
}

// As a plain scalar of YAML, or quoted; a file by its whole path, since paths are relative to the
// file that they stand in.
std::string value_yaml(const Setting& s) {
  constexpr std::string_view kPlain =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ./%_-";
  std::string value = s.value;
  const bool is_file = s.key.size() > 9 && s.key.substr(s.key.size() - 9) == ".measured";
  if (is_file && value != "none") {
    const fs::path named =
        s.origin.line == 0 ? fs::path(value) : fs::path(s.origin.file).parent_path() / value;
    value = fs::weakly_canonical(fs::absolute(named)).string();
  }
  return value.find_first_not_of(kPlain) == std::string::npos ? value : json_text(value);
}

// "npu.clock: {value: 1 GHz, range: [400 MHz, 1 GHz], source: "why"}"
std::string key_line(const Setting& s, const std::string& source) {
  const std::string range =
      s.range_low ? fmt::format(", range: [{}, {}]", *s.range_low, *s.range_high) : "";
  return fmt::format("{}: {{value: {}{}, source: {}}}\n", s.key, value_yaml(s), range,
                     json_text(source));
}

Document key_document(const Platform& platform, const Key& key, const Setting& s) {
  const bool on_command_line = s.origin.line <= 0;
  return {{"key", s.key},
          {"value", s.value},
          {"resolved", value_text(platform, key)},
          {"range", s.range_low ? Document::array({*s.range_low, *s.range_high}) : Document()},
          {"assumption", is_assumption(s)},
          {"source", s.source},
          {"file", on_command_line ? Document() : Document(file_of(s.origin))},
          {"line", on_command_line ? Document() : Document(s.origin.line)}};
}

}  // namespace

std::string platform_table(const Platform& platform, bool wide) {
  const auto& settings = platform.settings;
  std::string text =
      fmt::format("{}  (hash {})\n", printable(platform.name), platform_hash(platform));
  text += fmt::format("? marks assumptions: {} of {} values{}\n\n",
                      std::count_if(settings.begin(), settings.end(), platforms::is_assumption),
                      settings.size(), wide ? "" : "; --wide adds sources and locations");
  Table table({text_column("key").with_width(33),
               text_column("value").with_width(wide ? 12 : 14).with_gap(1),
               text_column("range").with_width(22).with_gap(1), text_column("?").with_gap(1)});
  if (wide) table.add_column(text_column("source; location").with_gap(1));
  for (const Setting& setting : settings) table.add_row(table_row(setting, wide));
  return text + write_text(table);
}

std::string platform_json(const Platform& platform) {
  Document entries = Document::array();
  const platforms::KeyList keys(platform);
  for (std::size_t i = 0; i < platform.settings.size(); ++i) {
    entries.push_back(key_document(platform, keys[i], platform.settings[i]));
  }
  Document json = sim::provenance("h4h.platform/1");
  json.update({{"name", platform.name}, {"hash", platform_hash(platform)}, {"keys", entries}});
  return write_json(json);
}

std::string new_platform_file(const Platform& platform, const std::string& name,
                              const std::string& extends) {
  std::string text = fmt::format(
      "# Extends {0}. A key that is a comment has the value of that file: uncomment it to change "
      "it.\n# `h4h platform check` reports mistakes, `h4h platform diff` what is different.\n"
      "name: {1}\nextends: {2}\n\n",
      printable(extends), json_text(name), json_text(extends));
  for (const Setting& s : platform.settings) {
    if (s.origin.line == 0) text += key_line(s, "chosen");
  }
  std::string group;
  for (const Setting& s : platform.settings) {
    const bool is_unset = s.origin.line < 0;
    if (s.origin.line == 0 || is_unset) continue;
    const std::string own = s.key.substr(0, s.key.find('.'));
    if (own != group) text += "\n";
    group = own;
    text += "# " + key_line(s, s.source);
  }
  return text;
}

std::string platform_differences(const Platform& a, const Platform& b) {
  const std::vector<sim::KeyDifference> rows = sim::differing_keys(a, b);
  std::size_t key_width = 24, value_width = 20;
  for (const sim::KeyDifference& row : rows) {
    key_width = std::max(key_width, row.key.size());
    value_width = std::max(value_width, row.first.size());
  }
  std::string text;
  for (const sim::KeyDifference& row : rows) {
    text +=
        fmt::format("{:<{}} {:<{}} {}\n", row.key, key_width, row.first, value_width, row.second);
  }
  return text;
}

}  // namespace h4h::tools
