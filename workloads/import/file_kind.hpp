#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace h4h::workloads {

// The formats of network files, and the text that stands in for a file in Git LFS.
enum class FileKind { tflite, onnx, yaml, git_lfs_pointer };

// What begins a file of a kind that its first bytes tell; nullopt for all others, YAML among them.
// Of a file as short as `begin`, or of its first kBeginBytes bytes.
std::optional<FileKind> kind_of_bytes(std::string_view begin);
inline constexpr std::size_t kBeginBytes = 64;

// The kind of a file: by its content where that tells, whatever its name; else by its extension,
// in upper or lower case; else YAML where it is a text. nullopt where there is no such file and the
// extension says nothing.
std::optional<FileKind> kind_of_file(const std::filesystem::path& path);

}  // namespace h4h::workloads
