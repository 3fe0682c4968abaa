#include "tools/h4h/page_command.hpp"

#include <algorithm>
#include <string_view>

namespace h4h::tools {
namespace {

constexpr std::string_view kOfOutput[] = {"html", "trace", "save-mapping", "out", "resume",
                                          "jobs", "cache", "format",       "top", "wide"};

template <typename Words>
bool contains(const Words& words, const std::string& word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

std::string shell_word(const std::string& text) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return text;
  std::string word = "'";
  for (const char c : text) c == '\'' ? word += "'\\''" : word += c;
  return word + "'";
}

std::string page_command(const std::string& name, const Parsed& parsed, const Arguments& more) {
  std::string text = "h4h " + name;
  for (const auto& option : parsed.given) {
    if (contains(kOfOutput, option.string_key) || contains(more, option.string_key)) continue;
    for (const std::string& token : option.original_tokens) text += " " + shell_word(token);
  }
  return text;
}

}  // namespace h4h::tools
