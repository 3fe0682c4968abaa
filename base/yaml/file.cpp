#include "base/yaml/file.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace h4h::yaml {

namespace fs = std::filesystem;

std::string file_text(const fs::path& path, const FileKind& kind) {
  const auto fail = [&](const std::string& what) {
    throw FileError(fmt::format("{}: {}", path.string(), what));
  };
  if (fs::is_directory(path)) fail("is a directory");
  if (!fs::is_regular_file(path)) fail("no such file");
  if (fs::file_size(path) > kind.most_bytes) {
    fail(fmt::format("larger than {} bytes, the most that a {} may have", kind.most_bytes,
                     kind.name));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) fail("cannot be read");
  return text;
}

Node parse_root(const std::string& text, const fs::path& path, const FileKind& kind) {
  try {
    Node root = parse_document(text);
    if (root.kind == kind.root) return root;
    throw FileError(
        fmt::format("{}:{}: a {} is {}", path.string(), root.line, kind.name, kind.shape));
  } catch (const SyntaxError& error) {
    throw FileError(fmt::format("{}:{}: {}", path.string(), error.line, error.what()));
  }
}

}  // namespace h4h::yaml
