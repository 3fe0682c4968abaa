#include "base/json/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text/printable.hpp"
#include "base/text/utf8.hpp"

namespace h4h {
namespace {

constexpr std::size_t kIndent = 2;

std::string dump(const nlohmann::json& value, bool ascii) {
  return value.dump(-1, ' ', ascii, nlohmann::json::error_handler_t::replace);
}

// `json` is valid UTF-8; what is not printable stands inside strings.
std::string without_hidden(std::string json_text) {
  const auto ascii = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(json_text.begin(), json_text.end(), ascii)) return json_text;
  std::string_view json = json_text;
  std::string text;
  while (!json.empty()) {
    const Utf8Character next = first_character(json);
    if (is_printable(next.code)) {
      text += json.substr(0, next.size);
    } else {
      text += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(next.code));
    }
    json.remove_prefix(next.size);
  }
  return text;
}

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

}  // namespace

// Appends values to a text.
class JsonWriter {
 public:
  explicit JsonWriter(JsonLayout layout) : layout_(layout) {}

  void write(const Document& document) {
    std::visit([this](const auto& value) { put(value); }, document.value_);
  }
  std::string take() { return std::move(text_); }

 private:
  void put(std::monostate) { text_ += "null"; }
  void put(bool value) { text_ += value ? "true" : "false"; }
  void put(std::int64_t value) { put_integer(value); }
  void put(std::uint64_t value) { put_integer(value); }
  void put(double value) { text_ += dump(value, false); }

  void put(const std::string& value) {
    if (std::all_of(value.begin(), value.end(), is_plain)) {
      text_.append(1, '"').append(value).append(1, '"');
    } else {
      text_ += without_hidden(dump(value, false));
    }
  }

  void put(const Document::Array& items) {
    const bool lines =
        layout_ == JsonLayout::lines && depth_ == 1 && !items.empty() && items.front().is_object();
    open('[');
    for (const Document& item : items) {
      begin_value(&item == &items.front(), lines);
      write(item);
    }
    close(']', items.empty(), lines);
  }

  void put(const Document::Object& members) {
    open('{');
    for (const Document::Member& member : members) {
      begin_value(&member == &members.front(), false);
      put(member.key);
      text_ += indented() ? ": " : ":";
      write(member.value);
    }
    close('}', members.empty(), false);
  }

  template <typename Integer>
  void put_integer(Integer value) {
    char digits[24];
    text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
  }

  bool indented() const { return layout_ == JsonLayout::indented; }

  void open(char bracket) {
    text_ += bracket;
    ++depth_;
  }

  void begin_value(bool first, bool on_a_line) {
    if (!first) text_ += ',';
    if (indented() || on_a_line) new_line();
  }

  void close(char bracket, bool empty, bool on_a_line) {
    --depth_;
    if (on_a_line || (indented() && !empty)) new_line();
    text_ += bracket;
  }

  void new_line() {
    text_ += '\n';
    if (indented()) text_.append(kIndent * depth_, ' ');
  }

  const JsonLayout layout_;
  std::size_t depth_ = 0;
  std::string text_;
};

std::string write_json(const Document& document, JsonLayout layout) {
  JsonWriter writer(layout);
  writer.write(document);
  return writer.take() + (layout == JsonLayout::compact ? "" : "\n");
}

std::string json_string(std::string_view text) { return dump(text, true); }

}  // namespace h4h
