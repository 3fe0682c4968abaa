#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct stat;

namespace h4h {

// Files of a kind ("network file") and the most bytes that one of them may have.
struct FileLimit {
  std::string_view kind;
  std::uint64_t most_bytes;
};

// A file that cannot be opened or read, or is no file of its kind: "FILE: what is wrong".
class FileError : public std::runtime_error {
 public:
  // `code` is the errno of the call that failed, 0 where none did.
  FileError(const std::filesystem::path& path, const std::string& problem, int code = 0);

  const std::string& problem() const { return problem_; }  // without the file's name
  bool is_missing() const;                                 // there is no file of this name

 private:
  std::string problem_;
  int code_;
};

// A regular file that is read from its begin on. Pipes, devices and directories are refused without
// waiting for them. Every member throws FileError.
class InputFile {
 public:
  InputFile(std::filesystem::path path, FileLimit limit);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Bytes when it was opened; 0 for files that the kernel makes while they are read.
  std::uint64_t size() const { return size_; }
  void seek(std::uint64_t position);
  // The next `count` bytes; fewer only at the end of the file. Returns how many.
  std::size_t read(char* to, std::size_t count);
  // From here to the end of the file, wherever that is by now, within the limit.
  std::string read_rest();

  // The descriptor, which is the caller's to close from now on.
  int release();

 private:
  // The descriptor of the open file, of which size_ becomes the size.
  int opened();
  void check(const struct stat& status);
  std::string rest();
  [[noreturn]] void fail(const std::string& problem, int code = 0) const;
  [[noreturn]] void fail_to_open(int code) const;
  [[noreturn]] void fail_to_read(int code) const;
  [[noreturn]] void fail_as_too_large() const;

  std::filesystem::path path_;
  FileLimit limit_;
  std::uint64_t size_ = 0, position_ = 0;
  int descriptor_;
};

// Before `size` bytes are written to a file that is read back: throws FileError where it could not
// be.
void check_readable(const std::filesystem::path& path, std::uint64_t size, FileLimit limit);

// The whole file. Throws FileError, also where fewer bytes come than the file has.
std::string read_file(const std::filesystem::path& path, FileLimit limit);

// nullopt where there is no file of this name.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path, FileLimit limit);

// The same with an error of the caller's.
template <typename Error>
std::string read_file_or(const std::filesystem::path& path, FileLimit limit) {
  try {
    return read_file(path, limit);
  } catch (const FileError& error) {
    throw Error(error.what());
  }
}

}  // namespace h4h
