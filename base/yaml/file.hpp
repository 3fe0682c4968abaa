#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/yaml/document.hpp"

namespace h4h::yaml {

// A kind of files: "a NAME is SHAPE", as in "a network file is a map with ...".
struct FileKind {
  std::string_view name;
  std::string_view shape;
  Node::Kind root = Node::Kind::map;
  std::uintmax_t most_bytes = 1 << 20;  // larger files are refused before they are read
};

// "file: what is wrong" or "file:line: what is wrong"
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Both throw FileError: the first for a file that is missing, too large or cannot be read (without
// a line), the second for a syntax error and for another kind of root (with the line).
std::string file_text(const std::filesystem::path& path, const FileKind& kind);
Node parse_root(const std::string& text, const std::filesystem::path& path, const FileKind& kind);

// The same with an error of the caller's.
template <typename Error>
Node root_of(const std::string& text, const std::filesystem::path& path, const FileKind& kind) {
  try {
    return parse_root(text, path, kind);
  } catch (const FileError& error) {
    throw Error(error.what());
  }
}

template <typename Error>
std::string text_of(const std::filesystem::path& path, const FileKind& kind) {
  try {
    return file_text(path, kind);
  } catch (const FileError& error) {
    throw Error(error.what());
  }
}

}  // namespace h4h::yaml
