#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/file/input_file.hpp"
#include "base/yaml/document.hpp"

namespace h4h::yaml {

// A kind of files: "a NAME is SHAPE", as in "a network file is a map with ...".
struct FileKind {
  std::string_view name;
  std::string_view shape;
  Node::Kind root = Node::Kind::map;
  std::uintmax_t most_bytes = 1 << 20;  // larger files are refused before they are read
};

// "file:line: what is wrong"
class RootError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

FileLimit limit_of(const FileKind& kind);

// The document that `text`, read from `path`, holds. Throws RootError for a syntax error and for
// another kind of root.
Node parse_root(const std::string& text, const std::filesystem::path& path, const FileKind& kind);

// The same with an error of the caller's.
template <typename Error>
Node root_of(const std::string& text, const std::filesystem::path& path, const FileKind& kind) {
  try {
    return parse_root(text, path, kind);
  } catch (const RootError& error) {
    throw Error(error.what());
  }
}

// The content of a file of the kind.
template <typename Error>
std::string text_of(const std::filesystem::path& path, const FileKind& kind) {
  return read_file_or<Error>(path, limit_of(kind));
}

}  // namespace h4h::yaml
