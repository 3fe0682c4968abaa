#include "nas/accuracy/accuracy_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text/take_line.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;

// A file that no other process appends to meanwhile.
class LockedFile {
 public:
  explicit LockedFile(const fs::path& path)
      : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0 || ::flock(file_, LOCK_EX) != 0) fail();
  }
  ~LockedFile() { ::close(file_); }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;

  // Without the beginning of a line that a process had no time to end.
  void append(const std::string& line, FileLimit limit) {
    const off_t end = whole_lines();
    const std::string text = end == 0 ? accuracy_header() + line : line;
    check_readable(path_, static_cast<std::uint64_t>(end) + text.size(), limit);
    if (::ftruncate(file_, end) != 0) fail();
    write(text, end);
  }

 private:
  void write(std::string_view text, off_t place) {
    while (!text.empty()) {
      const ssize_t written = ::pwrite(file_, text.data(), text.size(), place);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail();
      place += written;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  off_t whole_lines() const {
    off_t end = ::lseek(file_, 0, SEEK_END);
    char last = 0;
    while (end > 0 && ::pread(file_, &last, 1, end - 1) == 1 && last != '\n') --end;
    return end;
  }
  [[noreturn]] void fail() const {
    throw AccuracyError(fmt::format("{}: cannot write: {}", path_.string(), std::strerror(errno)));
  }

  fs::path path_;
  int file_;
};

// What the file holds behind `known` bytes; nothing where it is not there yet.
std::string new_bytes(const fs::path& path, std::uint64_t known, FileLimit limit) {
  try {
    InputFile file(path, limit);
    file.seek(known);
    return file.read_rest();
  } catch (const FileError& error) {
    if (error.is_missing()) return {};
    throw AccuracyError(error.what());
  }
}

}  // namespace

AccuracyCache::AccuracyCache(const Space& space, Accuracy& measured, fs::path file, FileLimit limit,
                             std::size_t together)
    : space_(space),
      measured_(measured),
      file_(std::move(file)),
      limit_(limit),
      together_(together),
      lines_(space) {
  read();
}

std::vector<double> AccuracyCache::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<Genotype> canonical;
  for (const Genotype& candidate : candidates) canonical.push_back(space_.canonical(candidate));
  complete(canonical);
  std::vector<double> accuracies;
  for (const Genotype& genotype : canonical) {
    accuracies.push_back(lines_.entries().at(genotype).accuracy);
  }
  return accuracies;
}

std::optional<double> AccuracyCache::standard_error(const Genotype& genotype) {
  const Genotype canonical = space_.canonical(genotype);
  complete({canonical});
  return lines_.entries().at(canonical).standard_error;
}

std::vector<Genotype> AccuracyCache::unknown(const std::vector<Genotype>& candidates) const {
  std::vector<Genotype> found;
  for (const Genotype& genotype : candidates) {
    if (found.size() == together_) break;
    const bool twice = std::find(found.begin(), found.end(), genotype) != found.end();
    if (!twice && lines_.entries().count(genotype) == 0) found.push_back(genotype);
  }
  return found;
}

void AccuracyCache::complete(const std::vector<Genotype>& candidates) {
  while (!unknown(candidates).empty()) {
    read();  // another search may have added to it
    const std::vector<Genotype> asked = unknown(candidates);
    if (asked.empty()) return;
    const std::vector<double> accuracies = measured_.evaluate(asked);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      append(
          accuracy_line(space_, asked[i], {accuracies.at(i), measured_.standard_error(asked[i])}));
    }
  }
}

void AccuracyCache::append(const std::string& line) {
  try {
    LockedFile(file_).append(line, limit_);
  } catch (const FileError& error) {
    throw AccuracyError(error.what());
  }
  read();
}

void AccuracyCache::read() {
  const std::string added = new_bytes(file_, known_bytes_, limit_);
  // Without a line that has not ended yet.
  std::string_view whole(added.data(), added.rfind('\n') + 1);
  try {
    while (!whole.empty()) {
      const std::string line(take_line(whole));
      lines_.take(line);
      known_bytes_ += line.size() + 1;
    }
    if (lines_.has_columns() && !lines_.has_checksums()) {
      throw AccuracyError("has no checksums; delete it: its accuracies are measured again");
    }
  } catch (const std::runtime_error& error) {
    throw AccuracyError(fmt::format("{}: {}", file_.string(), error.what()));
  }
}

}  // namespace h4h::nas
