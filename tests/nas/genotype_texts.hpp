#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nas/random/shuffle.hpp"

namespace h4h::tests {

// The same object with its keys, and those of the objects in it, in random order.
inline nlohmann::ordered_json shuffled(const nlohmann::ordered_json& object, nas::Random& random) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  nas::shuffle(keys, random);
  auto other = nlohmann::ordered_json::object();
  for (const std::string& key : keys) {
    other[key] = object[key].is_object() ? shuffled(object[key], random) : object[key];
  }
  return other;
}

inline std::string shuffled(const std::string& text, nas::Random& random) {
  return shuffled(nlohmann::ordered_json::parse(text), random).dump();
}

}  // namespace h4h::tests
