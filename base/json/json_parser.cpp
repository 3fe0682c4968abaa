#include "base/json/json_parser.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json/json_writer.hpp"

namespace h4h {
namespace {

constexpr std::size_t kDeepest = 1000;

// Takes what nlohmann's SAX parser finds and builds a document of it.
class Builder {
 public:
  using json = nlohmann::json;

  Document& root() { return root_; }
  const std::string& problem() const { return problem_; }

  bool null() { return put({}); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(json::number_integer_t value) { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) { return put(value); }
  bool number_float(double value, const std::string&) { return put(value); }
  bool string(const std::string& value) { return put(value); }
  bool binary(const json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Document::object()); }
  bool start_array(std::size_t) { return open(Document::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const std::string& name) {
    if (open_.back()->contains(name)) {
      problem_ = fmt::format("key {} is given twice", json_string(name));
      return false;
    }
    key_ = name;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  // Where the next value belongs.
  Document& place() {
    if (open_.empty()) return root_;
    Document& parent = *open_.back();
    return parent.is_object() ? parent[key_] : parent.push_back({});
  }

  bool put(Document value) {
    place() = std::move(value);
    return true;
  }

  bool open(Document value) {
    if (open_.size() == kDeepest) {
      problem_ = fmt::format("nested deeper than {} levels", kDeepest);
      return false;
    }
    Document& at = place();
    at = std::move(value);
    open_.push_back(&at);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Document root_;
  // Values that are not closed yet; only the last of them grows, so that none moves.
  std::vector<Document*> open_;
  std::string key_, problem_ = "not JSON";
};

}  // namespace

Document parse_json(std::string_view text) {
  Builder builder;
  // The parser takes a NUL for the end.
  const bool whole = text.find('\0') == std::string_view::npos;
  if (!whole || !nlohmann::json::sax_parse(text, &builder)) throw JsonError(builder.problem());
  return std::move(builder.root());
}

Document parse_json_or_null(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const JsonError&) {
    return {};
  }
}

}  // namespace h4h
