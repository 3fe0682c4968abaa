#include "base/json/json_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <set>

#include "base/json/json_events.hpp"
#include "base/json/json_writer.hpp"

namespace h4h {
namespace {

// The keys of an object that is being read: each is found in logarithmic time.
class Keys {
 public:
  // False where it is there already.
  bool add(const Document::Object& members, const std::string& key) {
    // Most objects have few keys: no table is made for them.
    constexpr std::size_t kFew = 16;
    if (members.size() < kFew) return !has(members, key);
    if (table_.empty()) {
      for (const Document::Member& member : members) table_.insert(member.key);
    }
    return table_.insert(key).second;
  }

 private:
  static bool has(const Document::Object& members, const std::string& key) {
    return std::any_of(members.begin(), members.end(),
                       [&](const Document::Member& member) { return member.key == key; });
  }

  std::set<std::string> table_;
};

// Takes what nlohmann's SAX parser finds and builds a document of it.
class Builder {
 public:
  using json = nlohmann::json;

  explicit Builder(JsonLimits limits) : limits_(limits) {}

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
    Level& level = open_.back();
    if (!level.keys.add(level.at->members(), name)) {
      return fail(fmt::format("key {} is given twice", json_string(name)));
    }
    key_ = name;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception&) { return false; }

 private:
  // A value that is not closed yet. Only the last of them grows, so that none moves.
  struct Level {
    Document* at;
    Keys keys = {};
  };

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  // nullptr where there are too many values.
  Document* add(Document value) {
    if (++values_ > limits_.values) {
      fail(fmt::format("more than {} values", limits_.values));
      return nullptr;
    }
    if (open_.empty()) return &(root_ = std::move(value));
    Document& parent = *open_.back().at;
    return parent.is_object() ? &parent.append(std::move(key_), std::move(value))
                              : &parent.push_back(std::move(value));
  }

  bool put(Document value) { return add(std::move(value)) != nullptr; }

  bool open(Document value) {
    if (open_.size() == limits_.levels) {
      return fail(fmt::format("nested deeper than {} levels", limits_.levels));
    }
    Document* const at = add(std::move(value));
    if (at != nullptr) open_.push_back({at});
    return at != nullptr;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  JsonLimits limits_;
  Document root_;
  std::vector<Level> open_;
  std::size_t values_ = 0;
  std::string key_, problem_ = "not JSON";
};

}  // namespace

Document parse_json(std::string_view text, JsonLimits limits) {
  try {
    Builder builder(limits);
    if (!read_json_events(text, builder)) throw JsonError(builder.problem());
    return std::move(builder.root());
  } catch (const std::bad_alloc&) {
    throw JsonMemoryError("there is not enough memory for its values");
  }
}

Document parse_json_or_null(std::string_view text) {
  try {
    return parse_json(text);
  } catch (const JsonMemoryError&) {
    throw;
  } catch (const JsonError&) {
    return {};
  }
}

}  // namespace h4h
