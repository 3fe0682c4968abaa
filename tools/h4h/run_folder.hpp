#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file/input_file.hpp"

namespace h4h::tools {

// Results of layers that a command keeps in its folder until it is done. They are exact whatever
// the arguments of the command.
inline constexpr const char kFolderResults[] = "layers.sqlite";

// The folder of a command that can be resumed: no other process works in it meanwhile, and what a
// killed one left half written is gone. Files of others stay as they are.
class RunFolder {
 public:
  // Creates the folder where it is missing. `checkpoint` tells that it is this command's; a folder
  // with other files and without it is refused, and so is one with links in it, which lead out of
  // the folder. Throws std::runtime_error.
  RunFolder(std::filesystem::path path, std::string checkpoint);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  std::filesystem::path file(const std::string& name) const { return path_ / name; }
  std::filesystem::path checkpoint() const { return file(checkpoint_); }
  // See write_file. Throws std::runtime_error.
  void write(const std::string& name, std::string_view text) const;
  // A file that is read back, within `limit`: one beyond it is not written (std::runtime_error).
  void write(const std::string& name, std::string_view text, FileLimit limit) const;
  void write_checkpoint(std::string_view text, FileLimit limit) const {
    write(checkpoint_, text, limit);
  }
  // nullopt where there is none yet. Throws FileError.
  std::optional<std::string> read_checkpoint(FileLimit limit) const {
    return read_file_if_there(checkpoint(), limit);
  }
  // Whether it holds more than the checkpoint and results of layers.
  bool holds_results() const;

 private:
  void lock();
  void refuse_foreign() const;

  std::filesystem::path path_;
  std::string checkpoint_;
  int lock_ = -1;
};

}  // namespace h4h::tools
