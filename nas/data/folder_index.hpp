#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace h4h::nas {

// Image files below directories of classes: their names, not their pixels. 40 bytes an image or so.
class FolderIndex {
 public:
  // One class per directory of `root`, in the order of their names, byte by byte: those of
  // `classes` where it names some, of which `root` may lack any. Files are .jpg, .jpeg and .png, in
  // capitals too, at any depth below (links to directories are followed on the level of classes
  // alone), in the order of their paths. What begins with a dot is passed over. Throws DataError
  // for a directory that is no class of `classes`, a class without images where `classes` is empty,
  // and for no images at all.
  explicit FolderIndex(std::filesystem::path root, const std::vector<std::string>& classes = {});

  const std::filesystem::path& root() const { return root_; }
  const std::vector<std::string>& classes() const { return classes_; }
  const std::vector<std::int32_t>& labels() const { return labels_; }  // of each image
  std::int64_t size() const { return static_cast<std::int64_t>(labels_.size()); }
  std::filesystem::path path(std::int64_t index) const;

  // Files in directories of classes that have other endings: how many, and one of them.
  std::int64_t other_files() const { return other_files_; }
  const std::filesystem::path& other_file() const { return other_file_; }

 private:
  void read_class(std::int32_t label);
  void collect(const std::filesystem::path& folder, const std::string& prefix,
               std::vector<std::string>& files);

  std::filesystem::path root_;
  std::vector<std::string> classes_;
  std::string names_;                // of all files, relative to their class, one behind the other
  std::vector<std::uint64_t> ends_;  // in names_
  std::vector<std::int32_t> labels_;
  std::int64_t other_files_ = 0;
  std::filesystem::path other_file_;
};

// The directories in a directory, sorted; what begins with a dot is passed over. Throws DataError.
std::vector<std::string> directories_in(const std::filesystem::path& folder);

// Whether a file is an image by its name's ending.
bool has_image_ending(const std::string& name);

}  // namespace h4h::nas
