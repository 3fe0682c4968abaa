#include "tools/h4h/option_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

class WithWords {
 public:
  explicit WithWords(Words words) : words_(std::move(words)) {}
  virtual ~WithWords() = default;
  WithWords(const WithWords&) = delete;
  WithWords& operator=(const WithWords&) = delete;
  Arguments words() const { return words_(); }

 private:
  Words words_;
};

template <typename T>
class Choice : public po::typed_value<T>, public WithWords {
 public:
  explicit Choice(Words words) : po::typed_value<T>(nullptr), WithWords(std::move(words)) {}
};

// Of a value whose name is alternatives such as "FILE|none": capitals say what the value names,
// other words are themselves.
struct Value {
  std::string kinds;
  Arguments words;
};

Value value_of(std::string name, Arguments words) {
  Value value{{}, std::move(words)};
  name = name.substr(0, name.find(' '));  // "METRIC (=latency)"
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('|', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    if (part == "FILE") value.kinds += value.kinds.empty() ? "file" : ",file";
    if (part == "DIR") value.kinds += value.kinds.empty() ? "folder" : ",folder";
    if (std::islower(static_cast<unsigned char>(part.front())) != 0) value.words.push_back(part);
    begin = end + 1;
  }
  return value;
}

std::string line(const std::string& name, const char* type, const Value& value,
                 std::string text = {}) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n'; }, ' ');
  return fmt::format("{}\t{}\t{}\t{}\t{}\n", name, type, value.kinds, fmt::join(value.words, " "),
                     text);
}

Value value_of(const po::option_description& option) {
  const auto* const with = dynamic_cast<const WithWords*>(option.semantic().get());
  return value_of(option.semantic()->name(), with == nullptr ? Arguments{} : with->words());
}

}  // namespace

std::string option_table(const po::options_description& options, const Positional& positional) {
  std::string text;
  for (const auto& option : options.options()) {
    const std::string name = "--" + option->long_name();
    const bool flag = option->semantic()->max_tokens() == 0;
    text += line(name, flag ? "flag" : "value", flag ? Value{} : value_of(*option),
                 option->description());
  }
  if (positional.option.empty()) return text;
  const Value value{{}, positional.first};
  const auto* const same = options.find_nothrow(positional.option, false);
  const Value rest =
      same != nullptr ? value_of(*same) : value_of(positional.name, positional.words());
  return text + line("first", "value", value.words.empty() ? rest : value) +
         line("rest", "value", rest);
}

po::typed_value<std::string>* choice(Words words) {
  return new Choice<std::string>(std::move(words));  // NOLINT: options own their values
}

po::typed_value<std::string>* choice(Arguments words) {
  return choice([words = std::move(words)] { return words; });
}

po::typed_value<Arguments>* choices(Words words) {
  auto* const value = new Choice<Arguments>(std::move(words));  // NOLINT: options own their values
  value->composing();
  return value;
}

}  // namespace h4h::tools
