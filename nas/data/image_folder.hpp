#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "nas/data/folder_index.hpp"
#include "nas/data/image_source.hpp"

namespace h4h::nas {

// How the images of a folder become images of one size.
struct FolderView {
  std::int64_t side = 0;      // height and width
  std::int64_t channels = 3;  // 3, or 1: grey (ITU-R BT.601)
  double crop = 1;            // side of the square that evaluation sees, of the shorter side
  int threads = 1;            // that decode
};

// Files that cannot be used, of all parts of a set. Any thread may call its members.
class BrokenImages {
 public:
  using Warn = std::function<void(const std::string&)>;

  // Where `fatal`, `add` throws DataError; else it calls `warn` with the first mention of a file.
  BrokenImages(bool fatal, Warn warn) : fatal_(fatal), warn_(std::move(warn)) {}

  void add(const std::filesystem::path& file, const std::string& problem);

 private:
  bool fatal_;
  Warn warn_;
  std::mutex mutex_;
  std::set<std::filesystem::path> files_;
};

// What all parts of a set share.
struct FolderState {
  FolderState(bool fatal, BrokenImages::Warn warn) : broken(fatal, std::move(warn)) {}

  BrokenImages broken;
  std::mutex large;  // one large image is decoded at a time, so that memory stays bounded
};

// Some images of a folder, decoded when they are asked for. In the place of one that cannot be used
// stands the next one of its class among them.
class FolderSource : public ImageSource {
 public:
  FolderSource(std::shared_ptr<const FolderIndex> index, std::vector<std::uint32_t> images,
               const FolderView& view, std::shared_ptr<FolderState> state);

  std::int64_t height() const override { return view_.side; }
  std::int64_t width() const override { return view_.side; }
  std::int64_t channels() const override { return view_.channels; }
  std::int64_t classes() const override {
    return static_cast<std::int64_t>(index_->classes().size());
  }
  std::int64_t size() const override { return static_cast<std::int64_t>(images_.size()); }
  std::int32_t label(std::int64_t index) const override;
  // The square in the middle. Throws DataError where no image of its class can be used.
  Image image(std::int64_t index) const override;
  Image region(std::int64_t index, const Framing& framing) const override;
  // Of at most 1,024 images, evenly spread.
  std::vector<ValueCounts> histograms() const override;
  int threads() const override { return view_.threads; }

 private:
  std::int64_t next_of_class(std::int64_t index) const;
  Image read(const std::filesystem::path& file, const Framing& framing) const;
  std::vector<ValueCounts> sampled() const;

  std::shared_ptr<const FolderIndex> index_;
  std::vector<std::uint32_t> images_;  // in the index, ascending
  FolderView view_;
  std::shared_ptr<FolderState> state_;
  mutable std::once_flag sampling_;
  mutable std::vector<ValueCounts> sample_;
};

}  // namespace h4h::nas
