#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/problems.hpp"
#include "base/yaml/document.hpp"

namespace h4h::yaml {

struct Range {
  std::int64_t low, high;  // both included
};

// How the values of an enum are written.
template <typename Values>
std::vector<std::string_view> words_of(const Values& values) {
  std::vector<std::string_view> words;
  words.reserve(values.size());
  for (const auto value : values) words.push_back(to_string(value));
  return words;
}

// A map whose keys are asked for by name. Nothing throws: what does not fit becomes a problem with
// the line of its value, and a value in range stands in, so that the rest is read, too.
class Fields {
 public:
  // `what` begins every message: "layer 'stem'".
  Fields(const Node& map, std::string what, Problems& problems);

  // The value of a key, nullptr where it is left out.
  const Node* find(std::string_view key);
  // The same, and a problem where it is left out: "'key' is missing: `hint`".
  const Node* require(std::string_view key, std::string_view hint);

  std::int64_t number(std::string_view key, Range range);  // must be there
  std::int64_t number(std::string_view key, Range range, std::int64_t otherwise);
  // `hint` says what else may stand there.
  std::int64_t number_of(const Node& node, std::string_view key, Range range,
                         std::string_view hint = {});
  // N for both or [height, width]; must be there unless there is an `otherwise`.
  std::pair<std::int64_t, std::int64_t> pair(std::string_view key, Range range,
                                             std::optional<std::int64_t> otherwise = {});
  std::vector<std::int64_t> numbers(std::string_view key, std::size_t count, Range range,
                                    std::string_view hint);
  std::string text(std::string_view key, std::string_view hint);  // must be there, not empty
  std::string text_or(std::string_view key, const std::string& otherwise);
  std::vector<std::string> texts(const Node& list, std::string_view key);
  // The place of the key's word in `words`; `otherwise` where it is left out.
  std::size_t choice(std::string_view key, const std::vector<std::string_view>& words,
                     std::size_t otherwise);
  std::size_t word(const Node& node, std::string_view key,
                   const std::vector<std::string_view>& words);

  // Every key that nobody asked for is a problem.
  void finish();

  void problem(int line, const std::string& message) { problems_.add(line, what_ + message); }
  int line() const { return map_.line; }
  const std::string& what() const { return what_; }
  Problems& problems() { return problems_; }

 private:
  const Node& map_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace h4h::yaml
