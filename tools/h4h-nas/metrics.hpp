#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/json/document.hpp"
#include "nas/train/checkpoint.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {

// What the checkpoint that a training resumes from says of metrics.jsonl.
struct KnownMetrics {
  std::uint64_t bytes = 0;
  std::string checksum{};  // empty: not known
};

// metrics.jsonl, which holds as much as the checkpoint says whenever a process begins. Members
// throw std::runtime_error that names the file.
class Metrics {
 public:
  Metrics(std::filesystem::path file, const KnownMetrics& known);

  void append(const Document& line);
  // On disk: a checkpoint counts on its lines.
  void sync() const;
  std::uint64_t bytes() const { return bytes_; }
  const std::string& checksum() const { return checksum_.text(); }

 private:
  void check_known(const KnownMetrics& known);
  void open();

  std::filesystem::path path_;
  std::uint64_t bytes_;
  nas::LineChecksum checksum_;
  std::optional<AppendedFile> file_;
};

}  // namespace h4h::tools
