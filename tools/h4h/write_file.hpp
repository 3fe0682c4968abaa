#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file/input_file.hpp"

namespace h4h::tools {

// A file that is written piece by piece and gets its name when it is complete: `path` holds either
// what it held before or everything, also after a loss of power, since the file and its directory
// are on disk when commit() returns. Until then it has no name, or a temporary one in the same
// directory where the file system has no files without a name. A file that is replaced keeps its
// mode (a new one gets that of the umask), a link keeps pointing at its file, devices and pipes are
// written as they are. Every member throws std::runtime_error that names the path.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  // For a name in a directory that is open; `shown` is its path in messages. A link of that name is
  // replaced, not followed.
  OutputFile(int directory, std::string name, std::filesystem::path shown);
  ~OutputFile();  // what is not committed is gone
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view part);
  void commit();  // once; nothing may be written afterwards

 private:
  struct Descriptor {
    int number = -1;
    Descriptor() = default;
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
  };
  void create();
  void replace();
  void give_name();
  void close();
  void check(int result) const;

  std::filesystem::path shown_;
  std::string name_;  // in the directory; "": the file is written in place
  Descriptor directory_, file_;
  std::optional<struct stat> before_;
  std::string temporary_;  // its name until it is complete; "": none
};

// The same at once.
void write_file(const std::filesystem::path& path, std::string_view text);
void write_file_in(int directory, const std::string& name, std::string_view text,
                   const std::filesystem::path& shown);

// A file that lines are appended to and that is read back: each line is in it when append()
// returns. Every member throws std::runtime_error that names the path; nothing is appended that
// would make the file larger than `limit`.
class AppendedFile {
 public:
  AppendedFile(std::filesystem::path path, FileLimit limit);
  ~AppendedFile();
  AppendedFile(const AppendedFile&) = delete;
  AppendedFile& operator=(const AppendedFile&) = delete;

  void append(std::string_view line);

 private:
  std::filesystem::path path_;
  FileLimit limit_;
  int file_;
};

// What an appended file holds is on disk when this returns. Throws std::runtime_error.
void sync_file(const std::filesystem::path& path);

// Whether a process that was killed may have left a file of this name.
bool is_temporary(std::string_view name);

}  // namespace h4h::tools
