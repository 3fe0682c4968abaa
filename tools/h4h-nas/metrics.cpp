#include "tools/h4h-nas/metrics.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "base/json/json_writer.hpp"
#include "base/text/take_line.hpp"
#include "nas/train/trained.hpp"

namespace h4h::tools {

namespace fs = std::filesystem;

Metrics::Metrics(fs::path file, const KnownMetrics& known)
    : path_(std::move(file)), bytes_(known.bytes) {
  const std::uint64_t there = fs::exists(path_) ? fs::file_size(path_) : 0;
  if (there < known.bytes) {
    throw std::runtime_error(
        fmt::format("{}: {} bytes, fewer than the {} that the checkpoint expects", path_.string(),
                    there, known.bytes));
  }
  if (known.bytes > 0) check_known(known);
  if (there > known.bytes) fs::resize_file(path_, known.bytes);
}

void Metrics::append(const Document& line) {
  open();
  const std::string text = write_json(line, JsonLayout::compact) + "\n";
  file_->append(text);
  bytes_ += text.size();
  checksum_.add(text);
}

void Metrics::sync() const {
  if (file_) sync_file(path_);
}

void Metrics::check_known(const KnownMetrics& known) {
  const std::string text = read_file(path_, nas::kTrainingMetricsLimit);
  std::string_view lines = std::string_view(text).substr(0, known.bytes);
  const bool whole = lines.size() == known.bytes && lines.back() == '\n';
  while (!lines.empty()) checksum_.add(std::string(take_line(lines)) + '\n');
  if (whole && (known.checksum.empty() || known.checksum == checksum_.text())) return;
  throw std::runtime_error(fmt::format(
      "{}: its first {} bytes are not those that the checkpoint expects: it is damaged or was "
      "edited; train again in another directory",
      path_.string(), known.bytes));
}

// Not before there is a line: the checkpoint is the first file of the folder.
void Metrics::open() {
  if (file_) return;
  if (!fs::exists(path_)) write_file(path_, "");
  file_.emplace(path_, nas::kTrainingMetricsLimit);
}

}  // namespace h4h::tools
