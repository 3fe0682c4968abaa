#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace h4h {

// A value of a document that is not what its reader asks for, or a member that is missing.
class DocumentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An ordered tree of values: what modules hand over where a file or a page is structured. It is a
// plain value; base/json/json_writer.hpp writes it, base/json/json_parser.hpp reads it.
//
// Braces make objects: Document{{"name", name}, {"layers", 3}}. Vectors make arrays, an empty
// optional makes null.
class Document {
 public:
  struct Member;
  using Array = std::vector<Document>;
  using Object = std::vector<Member>;  // keys are unique and keep their order

  Document();  // null
  Document(std::nullptr_t) : Document() {}
  Document(const char* text);
  Document(std::string_view text);
  Document(std::string text);
  Document(double real);
  Document(Array items);
  Document(std::initializer_list<Member> members);  // of two equal keys the later value counts

  template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0>
  Document(T boolean) : Document(Boolean{boolean}) {}
  template <typename T,
            std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
  Document(T integer) : Document(Integer{static_cast<std::uint64_t>(integer), integer < T{}}) {}
  template <typename T>
  Document(const std::optional<T>& value) : Document() {
    if (value) *this = Document(*value);
  }
  template <typename T>
  Document(const std::vector<T>& items) : Document(Array(items.begin(), items.end())) {}

  // Not inline: every file that makes documents would compile them.
  Document(const Document&);
  Document(Document&&) noexcept;
  Document& operator=(const Document&);
  Document& operator=(Document&&) noexcept;
  ~Document();

  static Document array(Array items = {}) { return Document(std::move(items)); }
  static Document object();
  // An integer where the number is whole, as nobody writes 16.0 channels; else a real.
  static Document shortest(double number);

  bool is_null() const { return holds<std::monostate>(); }
  bool is_boolean() const { return holds<bool>(); }
  bool is_integer() const { return holds<std::int64_t>() || holds<std::uint64_t>(); }
  bool is_number() const { return is_integer() || holds<double>(); }
  bool is_text() const { return holds<std::string>(); }
  bool is_array() const { return holds<Array>(); }
  bool is_object() const { return holds<Object>(); }

  // Each throws DocumentError where the value is of another kind or out of the type's range.
  bool boolean() const;
  std::int64_t integer() const;
  std::uint64_t unsigned_integer() const;
  double number() const;  // integers too
  const std::string& text() const;
  const Array& items() const;
  const Object& members() const;

  // nullptr where this is no object or has no such member.
  const Document* find(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Throws DocumentError that names the key, or says how many items there are.
  const Document& at(std::string_view key) const;
  const Document& at(std::size_t index) const;

  // The member of an object, which is added at the end where there is none. Null becomes an object;
  // here and below another kind of value throws DocumentError.
  Document& operator[](std::string_view key);
  // Adds a member at the end, whose key the object must not have yet: a program that makes objects
  // with very many members need not look for each.
  Document& append(std::string key, Document value);
  // Sets every member of `other`: where there is one, in its place, else at the end.
  void update(Document other);
  void erase(std::string_view key);  // nothing where there is no such member
  // The item where it is now. Null becomes an array.
  Document& push_back(Document item);

  friend bool operator==(const Document& a, const Document& b);
  friend bool operator!=(const Document& a, const Document& b) { return !(a == b); }

 private:
  friend class JsonWriter;
  struct Boolean {
    bool value;
  };
  struct Integer {
    std::uint64_t bits;  // two's complement
    bool negative;
  };
  Document(Boolean boolean);
  Document(Integer integer);

  template <typename T>
  bool holds() const {
    return std::holds_alternative<T>(value_);
  }
  Object& own_members();

  // std::uint64_t only of integers above the range of std::int64_t.
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      value_;
};

struct Document::Member {
  std::string key;
  Document value;
};

bool operator==(const Document::Member& a, const Document::Member& b);

}  // namespace h4h
