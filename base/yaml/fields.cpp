#include "base/yaml/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/number.hpp"
#include "base/text/utf8.hpp"

namespace h4h::yaml {
namespace {

constexpr std::size_t kMaxQuoted = 60;

std::string quoted(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::text:
      break;
  }
  const bool long_one = node.text.size() > kMaxQuoted;
  return fmt::format("'{}{}'", beginning_of(node.text, kMaxQuoted), long_one ? "..." : "");
}

std::string describe(Range range) {
  return fmt::format("a whole number {}..{}", range.low, range.high);
}

std::optional<std::int64_t> whole_number(const Node& node, Range range) {
  if (node.kind != Node::Kind::text) return std::nullopt;
  const auto value = parse_number<std::int64_t>(node.text);
  if (!value || *value < range.low || *value > range.high) return std::nullopt;
  return value;
}

}  // namespace

Fields::Fields(const Node& map, std::string what, Problems& problems)
    : map_(map), what_(std::move(what)), problems_(problems) {
  if (!what_.empty()) what_ += ": ";
}

const Node* Fields::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  for (std::size_t i = 0; i + 1 < map_.items.size(); i += 2) {
    const Node& name = map_.items[i];
    if (name.kind == Node::Kind::text && name.text == key) return &map_.items[i + 1];
  }
  return nullptr;
}

const Node* Fields::require(std::string_view key, std::string_view hint) {
  const Node* const node = find(key);
  if (node == nullptr) problem(line(), fmt::format("'{}' is missing; expected: {}", key, hint));
  return node;
}

std::int64_t Fields::number_of(const Node& node, std::string_view key, Range range,
                               std::string_view hint) {
  if (const auto value = whole_number(node, range)) return *value;
  problem(node.line,
          fmt::format("{} must be {}{}, not {}", key, describe(range), hint, quoted(node)));
  return range.low;
}

std::int64_t Fields::number(std::string_view key, Range range) {
  const Node* const node = require(key, describe(range));
  return node == nullptr ? range.low : number_of(*node, key, range);
}

std::int64_t Fields::number(std::string_view key, Range range, std::int64_t otherwise) {
  const Node* const node = find(key);
  return node == nullptr ? otherwise : number_of(*node, key, range);
}

std::pair<std::int64_t, std::int64_t> Fields::pair(std::string_view key, Range range,
                                                   std::optional<std::int64_t> otherwise) {
  constexpr std::string_view kHint = ", or [height, width] of them";
  const Node* const node = otherwise ? find(key) : require(key, describe(range).append(kHint));
  if (node == nullptr) return {otherwise.value_or(range.low), otherwise.value_or(range.low)};
  if (node->kind == Node::Kind::list && node->items.size() == 2) {
    return {number_of(node->items[0], key, range), number_of(node->items[1], key, range)};
  }
  const std::int64_t both = number_of(*node, key, range, kHint);
  return {both, both};
}

std::vector<std::int64_t> Fields::numbers(std::string_view key, std::size_t count, Range range,
                                          std::string_view hint) {
  const Node* const node = require(key, hint);
  std::vector<std::int64_t> values;
  if (node != nullptr && node->kind == Node::Kind::list && node->items.size() == count) {
    for (const Node& item : node->items) values.push_back(number_of(item, key, range));
  } else if (node != nullptr) {
    problem(node->line, fmt::format("{} must be {}, not {}", key, hint, quoted(*node)));
  }
  values.resize(count, range.low);
  return values;
}

std::string Fields::text(std::string_view key, std::string_view hint) {
  const Node* const node = require(key, hint);
  if (node == nullptr) return {};
  if (node->kind != Node::Kind::text || node->text.empty()) {
    problem(node->line, fmt::format("{} must be {}, not {}", key, hint, quoted(*node)));
  }
  return node->text;
}

std::string Fields::text_or(std::string_view key, const std::string& otherwise) {
  if (find(key) == nullptr) return otherwise;
  return text(key, "a string");
}

std::vector<std::string> Fields::texts(const Node& list, std::string_view key) {
  std::vector<std::string> values;
  if (list.kind != Node::Kind::list) {
    problem(list.line, fmt::format("{} must be a list, not {}", key, quoted(list)));
  }
  for (const Node& item : list.items) {
    if (item.kind == Node::Kind::text) {
      values.push_back(item.text);
    } else if (list.kind == Node::Kind::list) {
      problem(item.line, fmt::format("{} must be a list of strings, not of {}", key, quoted(item)));
    }
  }
  return values;
}

std::size_t Fields::choice(std::string_view key, const std::vector<std::string_view>& words,
                           std::size_t otherwise) {
  const Node* const node = find(key);
  return node == nullptr ? otherwise : word(*node, key, words);
}

std::size_t Fields::word(const Node& node, std::string_view key,
                         const std::vector<std::string_view>& words) {
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (node.kind == Node::Kind::text && found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  problem(node.line,
          fmt::format("{} must be one of: {}; not {}", key, fmt::join(words, ", "), quoted(node)));
  return 0;
}

void Fields::finish() {
  std::set<std::string> seen;
  for (std::size_t i = 0; i + 1 < map_.items.size(); i += 2) {
    const Node& key = map_.items[i];
    if (key.kind != Node::Kind::text) {
      problem(key.line, fmt::format("a key must be a word, not {}", quoted(key)));
    } else if (std::find(known_.begin(), known_.end(), key.text) == known_.end()) {
      problem(key.line,
              fmt::format("unknown key {}; allowed: {}", quoted(key), fmt::join(known_, ", ")));
    } else if (!seen.insert(key.text).second) {
      problem(key.line, fmt::format("{} is given twice", key.text));
    }
  }
}

}  // namespace h4h::yaml
