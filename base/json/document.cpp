#include "base/json/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace h4h {
namespace {

constexpr const char* kKinds[] = {"null",     "a boolean", "an integer", "an integer",
                                  "a number", "a string",  "an array",   "an object"};

[[noreturn]] void fail(const char* expected, std::size_t kind) {
  throw DocumentError(fmt::format("must be {}, not {}", expected, kKinds[kind]));
}

template <typename Members>
auto member_of(Members& members, std::string_view key) {
  return std::find_if(members.begin(), members.end(),
                      [&](const Document::Member& member) { return member.key == key; });
}

}  // namespace

Document::Document() = default;
Document::Document(const char* text) : value_(std::string(text)) {}
Document::Document(std::string_view text) : value_(std::string(text)) {}
Document::Document(std::string text) : value_(std::move(text)) {}
Document::Document(double real) : value_(real) {}
Document::Document(Boolean boolean) : value_(boolean.value) {}
Document::Document(Array items) : value_(std::move(items)) {}

Document::Document(Integer integer) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!integer.negative && integer.bits > kMost) {
    value_ = integer.bits;
  } else {
    value_ = static_cast<std::int64_t>(integer.bits);
  }
}

// Made by assignment: where std::variant's own copy throws, libstdc++ 12 destroys the value that it
// has not made.
Document::Document(const Document& other) : Document() { value_ = other.value_; }
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(const Document&) = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Document::Document(std::initializer_list<Member> members) : value_(Object()) {
  Object& all = std::get<Object>(value_);
  all.reserve(members.size());
  for (const Member& member : members) (*this)[member.key] = member.value;
}

Document Document::object() { return Document(std::initializer_list<Member>{}); }

Document Document::shortest(double number) {
  constexpr double kExact = 9007199254740992;  // 2^53
  const bool whole = std::abs(number) <= kExact && number == std::floor(number);
  return whole ? Document(static_cast<std::int64_t>(number)) : Document(number);
}

bool Document::boolean() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  fail("true or false", value_.index());
}

std::int64_t Document::integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  fail("an integer below 2^63", value_.index());
}

std::uint64_t Document::unsigned_integer() const {
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return *value;
  const auto* value = std::get_if<std::int64_t>(&value_);
  if (value == nullptr || *value < 0) fail("a whole number from 0", value_.index());
  return static_cast<std::uint64_t>(*value);
}

double Document::number() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*value);
  fail("a number", value_.index());
}

const std::string& Document::text() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  fail("a string", value_.index());
}

const Document::Array& Document::items() const {
  if (const auto* value = std::get_if<Array>(&value_)) return *value;
  fail("an array", value_.index());
}

const Document::Object& Document::members() const {
  if (const auto* value = std::get_if<Object>(&value_)) return *value;
  fail("an object", value_.index());
}

const Document* Document::find(std::string_view key) const {
  const auto* object = std::get_if<Object>(&value_);
  if (object == nullptr) return nullptr;
  const auto found = member_of(*object, key);
  return found == object->end() ? nullptr : &found->value;
}

const Document& Document::at(std::string_view key) const {
  if (!is_object()) fail("an object", value_.index());
  if (const Document* value = find(key)) return *value;
  throw DocumentError(fmt::format("'{}' is missing", key));
}

const Document& Document::at(std::size_t index) const {
  const Array& all = items();
  if (index < all.size()) return all[index];
  throw DocumentError(fmt::format("{} values where {} are needed", all.size(), index + 1));
}

Document::Object& Document::own_members() {
  if (is_null()) value_ = Object();
  if (auto* object = std::get_if<Object>(&value_)) return *object;
  fail("an object", value_.index());
}

Document& Document::operator[](std::string_view key) {
  Object& object = own_members();
  const auto found = member_of(object, key);
  if (found != object.end()) return found->value;
  return object.emplace_back(Member{std::string(key), {}}).value;
}

Document& Document::append(std::string key, Document value) {
  return own_members().emplace_back(Member{std::move(key), std::move(value)}).value;
}

void Document::update(Document other) {
  for (Member& member : other.own_members()) (*this)[member.key] = std::move(member.value);
}

void Document::erase(std::string_view key) {
  Object& object = own_members();
  const auto found = member_of(object, key);
  if (found != object.end()) object.erase(found);
}

Document& Document::push_back(Document item) {
  if (is_null()) value_ = Array();
  auto* array = std::get_if<Array>(&value_);
  if (array == nullptr) fail("an array", value_.index());
  return array->emplace_back(std::move(item));
}

bool operator==(const Document& a, const Document& b) { return a.value_ == b.value_; }

bool operator==(const Document::Member& a, const Document::Member& b) {
  return a.key == b.key && a.value == b.value;
}

}  // namespace h4h
