#include "nas/data/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>

#include "base/text/hash.hpp"
#include "nas/data/folder_index.hpp"
#include "nas/data/image_set.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 1 << 20;

// An archive read from its begin to its end, file by file.
class Reader {
 public:
  explicit Reader(const fs::path& path) : path_(path), archive_(archive_read_new()) {
    archive_read_support_filter_all(archive_.get());
    archive_read_support_format_tar(archive_.get());
    archive_read_support_format_gnutar(archive_.get());
    archive_read_support_format_zip(archive_.get());
    if (archive_read_open_filename(archive_.get(), path.c_str(), kBlock) != ARCHIVE_OK) fail();
  }

  // nullptr at the end.
  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return nullptr;
    if (result < ARCHIVE_WARN) fail();
    return entry;
  }

  void copy_to(const fs::path& file) {
    std::ofstream out(file, std::ios::binary);
    std::vector<char> block(kBlock);
    for (;;) {
      const auto count = archive_read_data(archive_.get(), block.data(), block.size());
      if (count < 0) fail();
      if (count == 0) break;
      out.write(block.data(), count);
    }
    out.close();
    if (!out) throw DataError(file.string() + ": cannot be written");
  }

 private:
  struct Close {
    void operator()(archive* open) const { archive_read_free(open); }
  };

  [[noreturn]] void fail() const {
    const char* const text = archive_error_string(archive_.get());
    throw DataError(fmt::format("{}: cannot be unpacked: {}", path_.string(),
                                text == nullptr ? "no archive" : text));
  }

  fs::path path_;
  std::unique_ptr<archive, Close> archive_;
};

// A relative path that stays below where it begins.
bool is_inside(const fs::path& path) {
  return path.is_relative() && !path.empty() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

void unpack(const fs::path& archive, const fs::path& folder) {
  Reader reader(archive);
  std::int64_t images = 0;
  while (archive_entry* const entry = reader.next()) {
    const char* const name = archive_entry_pathname(entry);
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG) continue;
    if (!has_image_ending(name) || !is_inside(name)) continue;
    const fs::path file = folder / name;
    fs::create_directories(file.parent_path());
    reader.copy_to(file);
    ++images;
  }
  if (images == 0) throw DataError(archive.string() + ": holds no .jpg, .jpeg or .png files");
}

std::string name_in_cache(const fs::path& archive) {
  struct stat status {};
  if (::stat(archive.c_str(), &status) != 0) {
    throw DataError(archive.string() + ": cannot be read");
  }
  const std::string version =
      fmt::format("{} {} {}.{}", archive.filename().string(), status.st_size, status.st_mtim.tv_sec,
                  status.st_mtim.tv_nsec);
  return fmt::format("{}-{}", archive.filename().string(), text_hash(version));
}

}  // namespace

fs::path unpacked(const fs::path& archive, const fs::path& cache,
                  const std::function<void(const std::string&)>& warn) {
  if (cache.empty()) {
    throw DataError(archive.string() +
                    ": is an archive, and there is no directory to unpack it in: set $HOME or "
                    "$XDG_CACHE_HOME");
  }
  fs::path folder = cache / name_in_cache(archive);
  if (fs::exists(folder)) return folder;
  warn(fmt::format("{}: is unpacked once, to {}", archive.string(), folder.string()));
  const fs::path unfinished = folder.string() + fmt::format(".{}.unfinished", ::getpid());
  try {
    fs::remove_all(unfinished);
    fs::create_directories(unfinished);
    unpack(archive, unfinished);
    std::error_code error;
    fs::rename(unfinished, folder, error);
    if (error && !fs::exists(folder)) throw fs::filesystem_error("rename", folder, error);
    if (error) fs::remove_all(unfinished);  // another process was faster
  } catch (const fs::filesystem_error& error) {
    throw DataError(fmt::format("{}: {}", folder.string(), error.code().message()));
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(unfinished, ignored);
    throw;
  }
  return folder;
}

}  // namespace h4h::nas
