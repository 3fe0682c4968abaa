#include "base/json/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text/printable.hpp"
#include "base/text/utf8.hpp"

namespace h4h {
namespace {

constexpr std::size_t kIndent = 2;

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
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

JsonWriter& JsonWriter::begin_object() {
  begin_value(true);
  open('{');
  return *this;
}

JsonWriter& JsonWriter::end_object() { return close('}'); }

JsonWriter& JsonWriter::begin_array() {
  begin_value();
  open('[');
  open_.back().array = true;
  return *this;
}

JsonWriter& JsonWriter::end_array() { return close(']'); }

JsonWriter& JsonWriter::key(std::string_view name) {
  begin_value();
  append_string(name);
  text_ += layout_ == JsonLayout::indented ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(const Document& document) {
  std::visit([this](const auto& value) { put(value); }, document.value_);
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view text) {
  begin_value();
  append_string(text);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  begin_value();
  append_integer(number);
  return *this;
}

JsonWriter& JsonWriter::decimal(std::int64_t count, int places) {
  begin_value();
  if (count < 0) text_ += '-';
  const auto bits = static_cast<std::uint64_t>(count), size = count < 0 ? 0 - bits : bits;
  std::uint64_t scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  append_integer(size / scale);
  text_ += '.';
  const std::size_t begin = text_.size();
  append_integer(size % scale);
  text_.insert(begin, static_cast<std::size_t>(places) - (text_.size() - begin), '0');
  return *this;
}

JsonWriter& JsonWriter::json(std::string_view text) {
  begin_value();
  text_ += text;
  return *this;
}

std::string JsonWriter::take() {
  if (layout_ != JsonLayout::compact) text_ += '\n';
  return take_part();
}

std::string JsonWriter::take_part() { return std::exchange(text_, {}); }

template <typename Number>
void JsonWriter::append_integer(Number number) {
  char digits[24];
  text_.append(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
}

void JsonWriter::append_string(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    text_.append(1, '"').append(text).append(1, '"');
  } else {
    text_ += without_hidden(dump(text));
  }
}

void JsonWriter::put(std::monostate) { json("null"); }
void JsonWriter::put(bool boolean) { json(boolean ? "true" : "false"); }
void JsonWriter::put(std::int64_t number) { integer(number); }
void JsonWriter::put(double number) {
  if (!std::isfinite(number)) {
    json("null");
    return;
  }
  std::array<char, 64> digits{};  // what dump() writes, without its value and its stream
  const char* const end =
      nlohmann::detail::to_chars(digits.data(), digits.data() + digits.size(), number);
  json({digits.data(), static_cast<std::size_t>(end - digits.data())});
}
void JsonWriter::put(std::string_view text) { this->text(text); }

void JsonWriter::put(std::uint64_t number) {
  begin_value();
  append_integer(number);
}

void JsonWriter::put(const Document::Array& items) {
  begin_array();
  for (const Document& item : items) value(item);
  end_array();
}

void JsonWriter::put(const Document::Object& members) {
  begin_object();
  for (const Document::Member& member : members) key(member.key).value(member.value);
  end_object();
}

void JsonWriter::begin_value(bool object) {
  if (std::exchange(after_key_, false) || open_.empty()) return;
  Level& level = open_.back();
  if (!level.empty) {
    text_ += ',';
  } else if (layout_ == JsonLayout::indented) {
    level.on_lines = true;
  } else if (layout_ == JsonLayout::lines) {
    level.on_lines = object && level.array && open_.size() == 2;
  }
  level.empty = false;
  if (level.on_lines) new_line();
}

void JsonWriter::open(char bracket) {
  text_ += bracket;
  open_.emplace_back();
}

JsonWriter& JsonWriter::close(char bracket) {
  const bool on_lines = open_.back().on_lines;
  open_.pop_back();
  if (on_lines) new_line();
  text_ += bracket;
  return *this;
}

void JsonWriter::new_line() {
  text_ += '\n';
  if (layout_ == JsonLayout::indented) text_.append(kIndent * open_.size(), ' ');
}

std::string write_json(const Document& document, JsonLayout layout) {
  return JsonWriter(layout).value(document).take();
}

std::string json_string(std::string_view text) {
  return JsonWriter(JsonLayout::compact).text(text).take();
}

}  // namespace h4h
