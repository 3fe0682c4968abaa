#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string>

namespace h4h::tests {

// Checks a document against the words of JSON Schema that `h4h platform schema` and tests use; any
// other word is an error, so that none is passed over in silence.
class JsonSchema {
 public:
  explicit JsonSchema(nlohmann::json root) : root_(std::move(root)) {}

  // Where and why the document does not fit; "" where it does.
  std::string problem(const nlohmann::json& document) const { return check(root_, document, "$"); }

 private:
  using Json = nlohmann::json;

  std::string check(const Json& schema, const Json& value, const std::string& at) const {
    for (const auto& [word, rule] : schema.items()) {
      std::string found = check_word(word, rule, schema, value, at);
      if (!found.empty()) return found;
    }
    return {};
  }

  std::string check_word(const std::string& word, const Json& rule, const Json& schema,
                         const Json& value, const std::string& at) const {
    static const std::vector<std::string> kSilent{"$schema", "$defs", "title", "description",
                                                  "additionalProperties"};
    if (std::find(kSilent.begin(), kSilent.end(), word) != kSilent.end()) return {};
    if (word == "$ref") return check(resolve(rule), value, at);
    if (word == "anyOf") return check_any(rule, value, at);
    if (word == "properties") return check_members(rule, schema, value, at);
    if (word == "items") return check_items(rule, value, at);
    return holds(word, rule, value) ? "" : at + ": " + word + " " + rule.dump();
  }

  static bool holds(const std::string& word, const Json& rule, const Json& value) {
    if (word == "type") return has_type(rule, value);
    if (word == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (word == "pattern") {
      return !value.is_string() ||
             std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()));
    }
    if (word == "minimum") return !value.is_number() || value >= rule;
    if (word == "maximum") return !value.is_number() || value <= rule;
    if (word == "minItems") return !value.is_array() || value.size() >= rule.get<std::size_t>();
    if (word == "maxItems") return !value.is_array() || value.size() <= rule.get<std::size_t>();
    if (word == "required") {
      return !value.is_object() || std::all_of(rule.begin(), rule.end(), [&](const Json& name) {
        return value.contains(name.get<std::string>());
      });
    }
    throw std::logic_error("the schema uses '" + word + "', which this checker does not know");
  }

  static bool has_type(const std::string& type, const Json& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "null") return value.is_null();
    throw std::logic_error("unknown type " + type);
  }

  const Json& resolve(const std::string& reference) const {
    return root_.at(Json::json_pointer(reference.substr(1)));
  }

  std::string check_any(const Json& choices, const Json& value, const std::string& at) const {
    std::string found;
    for (const Json& choice : choices) {
      const std::string reason = check(choice, value, at);
      if (reason.empty()) return {};
      found += (found.empty() ? "" : ", ") + reason;
    }
    return found;
  }

  std::string check_members(const Json& properties, const Json& schema, const Json& value,
                            const std::string& at) const {
    if (!value.is_object()) return {};
    const Json others = schema.value("additionalProperties", Json(true));
    for (const auto& [name, member] : value.items()) {
      const bool known = properties.contains(name);
      if (!known && others == false) return at + ": no '" + name + "' allowed";
      if (!known && others == true) continue;
      std::string found = check(known ? properties[name] : others, member, at + "/" + name);
      if (!found.empty()) return found;
    }
    return {};
  }

  std::string check_items(const Json& rule, const Json& value, const std::string& at) const {
    if (!value.is_array()) return {};
    for (const Json& item : value) {
      std::string found = check(rule, item, at + "[]");
      if (!found.empty()) return found;
    }
    return {};
  }

  Json root_;
};

}  // namespace h4h::tests
