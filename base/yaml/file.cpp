#include "base/yaml/file.hpp"

#include <fmt/format.h>

namespace h4h::yaml {

namespace fs = std::filesystem;

FileLimit limit_of(const FileKind& kind) { return {kind.name, kind.most_bytes}; }

Node parse_root(const std::string& text, const fs::path& path, const FileKind& kind) {
  try {
    Node root = parse_document(text);
    if (root.kind == kind.root) return root;
    throw RootError(
        fmt::format("{}:{}: a {} is {}", path.string(), root.line, kind.name, kind.shape));
  } catch (const SyntaxError& error) {
    throw RootError(fmt::format("{}:{}: {}", path.string(), error.line, error.what()));
  }
}

}  // namespace h4h::yaml
