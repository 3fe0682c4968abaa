#include "platforms/description/overrides.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "platforms/description/keys.hpp"
#include "platforms/description/resolver.hpp"
#include "platforms/description/unknown_key.hpp"

namespace h4h::platforms {
namespace {

[[noreturn]] void unknown(const std::string& name, const std::string& given, const KeyList& keys) {
  std::vector<std::string> known;
  for (const Key& key : keys) known.push_back(key.path);
  throw OverrideError(fmt::format("{}: {}; `h4h platform show FILE` lists all keys", given,
                                  unknown_key(name, known)));
}

const Key& known_key(const std::string& name, const std::string& given) {
  const Key* const key = find_value_key(name);
  if (key != nullptr) return *key;
  // No platform is known here, so a device of any name may be meant.
  const std::string device = name.substr(0, name.find('.'));
  const bool listed = find_value_key(device + ".measured") != nullptr && device != "npu" &&
                      device != "cim" && name.size() > device.size();
  unknown(name, given, listed ? KeyList(one_of_each_type(device)) : KeyList());
}

// `given` begins every message.
Override parsed(const std::string& key, const std::string& text, const std::string& given,
                const Origin& place) {
  try {
    return {key, parse_value(known_key(key, given), text), text, place.file, place.line};
  } catch (const QuantityError& error) {
    throw OverrideError(fmt::format("{}: {}: {}", given, key, error.what()));
  } catch (const MeasuredTableError& error) {
    std::vector<std::string> problems;
    for (const std::string& problem : error.problems()) {
      problems.push_back(fmt::format("{}: {}: {}", given, key, problem));
    }
    throw PlatformError(fmt::format("{}", fmt::join(problems, "\n")));
  }
}

}  // namespace

Override parse_override(const std::string& text, const std::string& option) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    throw OverrideError(fmt::format("{} {}: must be KEY=VALUE", option, text));
  }
  return parse_override(text.substr(0, equals), text.substr(equals + 1), option);
}

Override parse_override(const std::string& key, const std::string& text,
                        const std::string& option) {
  return parsed(key, text, fmt::format("{} {}={}", option, key, text), {option, 0});
}

Override parse_override(const std::string& key, const std::string& text, const Origin& place) {
  try {
    return parsed(key, text, fmt::format("{}={}", key, text), place);
  } catch (const OverrideError& error) {
    throw PlatformError(error.what());
  }
}

std::string to_string(const Override& change) {
  if (!change.text.empty()) return change.key + "=" + change.text;
  const Key* const key = find_value_key(change.key);
  if (key != nullptr) return change.key + "=" + value_text(*key, change.value);
  // No value of a platform: a number of the accuracy surrogate.
  const auto* number = std::get_if<double>(&change.value);
  return number != nullptr ? fmt::format("{}={:.12g}", change.key, *number) : change.key;
}

void check_key(const Override& change, const KeyList& keys) {
  if (keys.find(change.key) != nullptr) return;
  const std::string option = change.line > 0 || change.option.empty() ? "" : change.option + " ";
  unknown(change.key, change.text.empty() ? change.key : option + to_string(change), keys);
}

Platform with(const Platform& platform, const std::vector<Override>& overrides) {
  std::map<std::string_view, const Override*> changes;
  const KeyList keys(platform);
  for (const Override& change : overrides) {
    check_key(change, keys);
    changes[change.key] = &change;
  }
  if (platform.settings.size() != keys.size()) {
    throw std::logic_error("variants are of a platform that was loaded");
  }
  Resolver resolver(platform.name, platform.hardware.more);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Key& key = keys[i];
    const auto change = changes.find(key.path);
    resolver.take(key,
                  change == changes.end() ? platform.settings[i] : setting_of(*change->second));
  }
  return resolver.finish();
}

}  // namespace h4h::platforms
