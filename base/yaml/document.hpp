#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace h4h::yaml {

// A part of a YAML document and the line it stands in, from 1.
struct Node {
  enum class Kind { empty, text, list, map };

  Kind kind = Kind::empty;
  int line = 1;
  std::string text;
  std::vector<Node> items;  // of a map: key, value, key, value, ...

  bool is_text() const { return kind == Kind::text; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  // The first value of a map under `key`; nullptr where there is none.
  const Node* value(const std::string& key) const {
    for (std::size_t i = 0; is_map() && i + 1 < items.size(); i += 2) {
      if (items[i].is_text() && items[i].text == key) return &items[i + 1];
    }
    return nullptr;
  }
};

class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(int where, const std::string& message) : std::runtime_error(message), line(where) {}
  int line;
};

// The document that `text` holds. Refused are anchors, aliases, tags, more than 8 levels, more than
// 200,000 values and a second document, so what comes back is never much larger than the text.
// Throws SyntaxError, whose message has no line: it is in `line`, from 1.
Node parse_document(const std::string& text);

}  // namespace h4h::yaml
