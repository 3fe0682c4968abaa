#include "nas/data/folder_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "nas/data/image_set.hpp"

namespace h4h::nas {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_at(const fs::path& path, const std::string& what) {
  throw DataError(fmt::format("{}: {}", path.string(), what));
}

fs::directory_iterator entries_of(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) fail_at(folder, "cannot be read: " + error.message());
  return entries;
}

bool is_hidden(const std::string& name) { return name.front() == '.'; }

// Links to files count as files, and links to directories as other files.
bool is_directory_itself(const fs::directory_entry& entry) {
  std::error_code ignored;
  return !entry.is_symlink(ignored) && entry.is_directory(ignored);
}

}  // namespace

bool has_image_ending(const std::string& name) {
  std::string ending = fs::path(name).extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::array<const char*, 3> kEndings{".jpg", ".jpeg", ".png"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::vector<std::string> directories_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    std::string name = entry.path().filename().string();
    std::error_code ignored;
    if (!is_hidden(name) && entry.is_directory(ignored)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

FolderIndex::FolderIndex(fs::path root, const std::vector<std::string>& classes)
    : root_(std::move(root)), classes_(directories_in(root_)) {
  if (classes_.empty()) fail_at(root_, "no directories of classes in this directory");
  if (!classes.empty()) {
    for (const std::string& name : classes_) {
      if (std::binary_search(classes.begin(), classes.end(), name)) continue;
      fail_at(root_ / name, "is no class of the training images");
    }
    classes_ = classes;
  }
  for (std::size_t label = 0; label < classes_.size(); ++label) {
    const std::int64_t before = size();
    if (classes.empty() || fs::exists(root_ / classes_[label])) {
      read_class(static_cast<std::int32_t>(label));
    }
    if (classes.empty() && size() == before) {
      fail_at(root_ / classes_[label], "a class without .jpg, .jpeg or .png files");
    }
  }
  if (size() == 0) fail_at(root_, "no .jpg, .jpeg or .png files in its directories of classes");
}

void FolderIndex::read_class(std::int32_t label) {
  std::vector<std::string> files;
  collect(root_ / classes_[static_cast<std::size_t>(label)], "", files);
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    names_ += file;
    ends_.push_back(names_.size());
    labels_.push_back(label);
  }
}

void FolderIndex::collect(const fs::path& folder, const std::string& prefix,
                          std::vector<std::string>& files) {
  for (const fs::directory_entry& entry : entries_of(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_hidden(name)) continue;
    if (is_directory_itself(entry)) {
      collect(entry.path(), prefix + name + '/', files);
    } else if (has_image_ending(name)) {
      files.push_back(prefix + name);
    } else {
      if (other_files_ == 0 || entry.path() < other_file_) other_file_ = entry.path();
      ++other_files_;
    }
  }
}

fs::path FolderIndex::path(std::int64_t index) const {
  const auto i = static_cast<std::size_t>(index);
  const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1];
  return root_ / classes_[static_cast<std::size_t>(labels_[i])] /
         names_.substr(begin, ends_[i] - begin);
}

}  // namespace h4h::nas
