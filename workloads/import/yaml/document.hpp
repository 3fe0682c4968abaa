#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace h4h::workloads::yaml {

// A part of a YAML document and the line it stands in.
struct Node {
  enum class Kind { empty, text, list, map };

  Kind kind = Kind::empty;
  int line = 1;
  std::string text;
  std::vector<Node> items;  // of a map: key, value, key, value, ...
};

class SyntaxError : public std::runtime_error {
 public:
  SyntaxError(int where, const std::string& message) : std::runtime_error(message), line(where) {}
  int line;
};

// The document that `text` holds. Anchors, aliases, tags and deep nesting are refused, so what
// comes back is never much larger than the text. Throws SyntaxError.
Node parse_document(const std::string& text);

}  // namespace h4h::workloads::yaml
