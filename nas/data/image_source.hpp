#pragma once

#include <array>
#include <functional>
#include <memory>
#include <utility>

#include "nas/data/image_set.hpp"
#include "nas/data/resample.hpp"

namespace h4h::nas {

// How often each value occurs in a channel.
using ValueCounts = std::array<std::uint64_t, 256>;

// Labelled images of one size: in memory, or files that are read when an image is asked for. What
// an image is depends on nothing but its index and the files. All members may be called from any
// thread.
class ImageSource {
 public:
  ImageSource() = default;
  virtual ~ImageSource() = default;
  ImageSource(const ImageSource&) = delete;
  ImageSource& operator=(const ImageSource&) = delete;

  virtual std::int64_t height() const = 0;
  virtual std::int64_t width() const = 0;
  virtual std::int64_t channels() const = 0;
  virtual std::int64_t classes() const = 0;
  virtual std::int64_t size() const = 0;                     // images
  virtual std::int32_t label(std::int64_t index) const = 0;  // 0..classes-1
  virtual Image image(std::int64_t index) const = 0;         // as evaluation sees it
  // The region of the image, as it is stored, that `framing` chooses, resampled to height x width.
  virtual Image region(std::int64_t index, const Framing& framing) const = 0;
  // Of each channel: of all images, or of a fixed sample of those that have to be decoded.
  virtual std::vector<ValueCounts> histograms() const = 0;
  // Threads that it pays to ask for images at the same time.
  virtual int threads() const { return 1; }

  std::int64_t image_size() const { return height() * width() * channels(); }
};

// An image set as a source.
class MemorySource : public ImageSource {
 public:
  explicit MemorySource(ImageSet set) : set_(std::move(set)) {}

  const ImageSet& set() const { return set_; }
  std::int64_t height() const override { return set_.height; }
  std::int64_t width() const override { return set_.width; }
  std::int64_t channels() const override { return set_.channels; }
  std::int64_t classes() const override { return set_.classes; }
  std::int64_t size() const override { return set_.size(); }
  std::int32_t label(std::int64_t index) const override {
    return set_.labels[static_cast<std::size_t>(index)];
  }
  Image image(std::int64_t index) const override { return set_.image(index); }
  Image region(std::int64_t index, const Framing& framing) const override;
  std::vector<ValueCounts> histograms() const override;

 private:
  ImageSet set_;
};

// Adds the values of whole pixels, channels fastest.
void add_values(const std::vector<std::uint8_t>& pixels, std::vector<ValueCounts>& histograms);

// Training sees `train`; search asks `holdout` how accurate a candidate is; `test` is used once,
// for the final networks.
struct Split {
  std::shared_ptr<const ImageSource> train, holdout, test;
};

}  // namespace h4h::nas
