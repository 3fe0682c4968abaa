#include "tools/h4h/platform_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "platforms/description/keys.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::tools {
namespace {

using platforms::Key;
using platforms::Origin;
using platforms::Platform;
using platforms::Setting;
using Json = nlohmann::ordered_json;

std::string file_of(const Origin& origin) {
  return std::filesystem::path(origin.file).lexically_normal().string();
}

std::string place(const Origin& origin) {
  if (origin.line == 0) return "command line";
  return fmt::format("{}:{}", file_of(origin), origin.line);
}

std::string table_row(const Setting& s) {
  const std::string range = s.range_low ? fmt::format("{} .. {}", *s.range_low, *s.range_high) : "";
  return fmt::format("{:<24} {:<12} {:<22} {} {}; {}\n", s.key, s.value, range,
                     is_assumption(s) ? '?' : ' ', s.source.empty() ? "no source given" : s.source,
                     place(s.origin));
}

Json key_json(const Platform& platform, const Key& key, const Setting& s) {
  const bool on_command_line = s.origin.line == 0;
  return {{"key", s.key},
          {"value", s.value},
          {"resolved", value_text(platform, key)},
          {"range", s.range_low ? Json{*s.range_low, *s.range_high} : Json()},
          {"assumption", is_assumption(s)},
          {"source", s.source},
          {"file", on_command_line ? Json() : Json(file_of(s.origin))},
          {"line", on_command_line ? Json() : Json(s.origin.line)}};
}

}  // namespace

std::string platform_table(const Platform& platform) {
  const auto& settings = platform.settings;
  std::string text = fmt::format("{}  (hash {})\n", platform.name, platform_hash(platform));
  text += fmt::format("? marks assumptions: {} of {} values\n\n",
                      std::count_if(settings.begin(), settings.end(), platforms::is_assumption),
                      settings.size());
  text += fmt::format("{:<24} {:<12} {:<22} ? {}\n", "key", "value", "range", "source; place");
  for (const Setting& setting : settings) text += table_row(setting);
  return text;
}

std::string platform_json(const Platform& platform) {
  Json entries = Json::array();
  for (std::size_t i = 0; i < platform.settings.size(); ++i) {
    entries.push_back(key_json(platform, platforms::keys()[i], platform.settings[i]));
  }
  Json json = sim::provenance_json("h4h.platform/1");
  json.update({{"name", platform.name}, {"hash", platform_hash(platform)}, {"keys", entries}});
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string platform_differences(const Platform& a, const Platform& b) {
  std::string text;
  for (std::size_t i = 0; i < platforms::keys().size(); ++i) {
    const Key& key = platforms::keys()[i];
    const std::string in_a = value_text(a, key), in_b = value_text(b, key);
    if (in_a == in_b) continue;
    const std::string &given_a = a.settings[i].value, &given_b = b.settings[i].value;
    // The same cycles of two clocks are different times: then say which.
    const bool alike = given_a == given_b;
    text += fmt::format("{:<24} {:<20} {}\n", key.path,
                        alike ? fmt::format("{} ({})", given_a, in_a) : given_a,
                        alike ? fmt::format("{} ({})", given_b, in_b) : given_b);
  }
  return text;
}

}  // namespace h4h::tools
