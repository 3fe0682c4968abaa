#include "workloads/import/file_kind.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>

#include "base/file/input_file.hpp"

namespace h4h::workloads {
namespace {

// Only the begin of a file is read, however large it is.
constexpr FileLimit kAnySize{"network file", UINT64_MAX};

bool starts_with(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

// A ModelProto: its fields are written in the order of their numbers, ir_version (1, a small
// number) before producer name (2), graph (7), opsets (8), ...
bool is_onnx(std::string_view begin) {
  if (begin.size() < 3 || begin[0] != '\x08' || begin[1] < 1 || begin[1] > 63) return false;
  const int tag = static_cast<unsigned char>(begin[2]);
  const int field = tag >> 3, wire = tag & 7;
  return field >= 2 && field <= 15 && (wire == 2 || (wire == 0 && field == 5));
}

std::optional<FileKind> kind_of_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension == ".tflite" || extension == ".lite") return FileKind::tflite;
  if (extension == ".onnx") return FileKind::onnx;
  if (extension == ".yaml" || extension == ".yml") return FileKind::yaml;
  return std::nullopt;
}

// nullopt for what is not a file that can be read.
std::optional<std::string> begin_of(const std::filesystem::path& path) {
  try {
    InputFile file(path, kAnySize);
    std::string begin(kBeginBytes, '\0');
    begin.resize(file.read(begin.data(), begin.size()));
    return begin;
  } catch (const FileError&) {
    return std::nullopt;  // the reader of the file's kind says what is wrong
  }
}

bool is_text(std::string_view begin) {
  return !begin.empty() && std::all_of(begin.begin(), begin.end(), [](unsigned char c) {
    return c >= ' ' || c == '\n' || c == '\r' || c == '\t';
  });
}

}  // namespace

std::optional<FileKind> kind_of_bytes(std::string_view begin) {
  constexpr std::string_view kTfliteIdentifier = "TFL3";
  if (begin.size() >= 8 && begin.substr(4, 4) == kTfliteIdentifier) return FileKind::tflite;
  if (starts_with(begin, "version https://git-lfs.github.com/spec/")) {
    return FileKind::git_lfs_pointer;
  }
  if (is_onnx(begin)) return FileKind::onnx;
  return std::nullopt;
}

std::optional<FileKind> kind_of_file(const std::filesystem::path& path) {
  const std::optional<std::string> begin = begin_of(path);
  std::optional<FileKind> kind = begin ? kind_of_bytes(*begin) : std::nullopt;
  if (!kind) kind = kind_of_extension(path);
  if (!kind && begin && is_text(*begin)) kind = FileKind::yaml;
  return kind;
}

}  // namespace h4h::workloads
