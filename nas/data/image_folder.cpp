#include "nas/data/image_folder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file/input_file.hpp"
#include "nas/data/decode.hpp"
#include "nas/data/image_ops.hpp"
#include "nas/data/parallel.hpp"

namespace h4h::nas {
namespace {

constexpr FileLimit kImageFile{"image file", 128 << 20};
// From here on an image, or a file, is large.
constexpr std::int64_t kLargeImage = 4 << 20;
constexpr std::uint64_t kLargeFile = 8 << 20;

constexpr std::int64_t kSample = 1024;

}  // namespace

void BrokenImages::add(const std::filesystem::path& file, const std::string& problem) {
  const std::string text = fmt::format("{}: {}", file.string(), problem);
  if (fatal_) throw DataError(text);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!files_.insert(file).second) return;
  warn_(fmt::format("{}; another image of its class takes its place ({} so far)", text,
                    files_.size()));
}

FolderSource::FolderSource(std::shared_ptr<const FolderIndex> index,
                           std::vector<std::uint32_t> images, const FolderView& view,
                           std::shared_ptr<FolderState> state)
    : index_(std::move(index)), images_(std::move(images)), view_(view), state_(std::move(state)) {}

std::int32_t FolderSource::label(std::int64_t index) const {
  return index_->labels()[images_[static_cast<std::size_t>(index)]];
}

Image FolderSource::image(std::int64_t index) const {
  const double crop = view_.crop;
  return region(index, [crop](Size size) { return centre_square(size, crop); });
}

Image FolderSource::region(std::int64_t index, const Framing& framing) const {
  std::int64_t at = index;
  do {
    const std::filesystem::path file = index_->path(images_[static_cast<std::size_t>(at)]);
    try {
      return read(file, framing);
    } catch (const BrokenImage& error) {
      state_->broken.add(file, error.what());
    } catch (const FileError& error) {
      state_->broken.add(file, error.problem());
    }
    at = next_of_class(at);
  } while (at != index);
  throw DataError(fmt::format(
      "{}: none of its images can be read",
      (index_->root() / index_->classes()[static_cast<std::size_t>(label(index))]).string()));
}

// Images of a class lie one behind the other.
std::int64_t FolderSource::next_of_class(std::int64_t index) const {
  const std::int32_t of = label(index);
  if (index + 1 < size() && label(index + 1) == of) return index + 1;
  while (index > 0 && label(index - 1) == of) --index;
  return index;
}

Image FolderSource::read(const std::filesystem::path& file, const Framing& framing) const {
  std::unique_lock<std::mutex> turn;
  const auto take_turn = [&] {
    if (!turn) turn = std::unique_lock<std::mutex>(state_->large);
  };
  InputFile input(file, kImageFile);
  if (input.size() > kLargeFile) take_turn();
  const std::string bytes = input.read_rest();
  const auto framed = [&](Size size) {
    if (size.height * size.width > kLargeImage) take_turn();
    return framing(size);
  };
  const Image image = decoded(bytes, framed, {view_.side, view_.side});
  return view_.channels == 1 ? grey(image) : image;
}

std::vector<ValueCounts> FolderSource::histograms() const {
  std::call_once(sampling_, [this] { sample_ = sampled(); });
  return sample_;
}

std::vector<ValueCounts> FolderSource::sampled() const {
  const std::vector<ValueCounts> none(static_cast<std::size_t>(view_.channels), ValueCounts{});
  const std::int64_t count = std::min(size(), kSample);
  std::vector<ValueCounts> all = none;
  std::mutex adding;
  in_parallel(count, view_.threads, [&](std::int64_t i) {
    std::vector<ValueCounts> own = none;
    add_values(image(i * size() / count).pixels, own);
    const std::lock_guard<std::mutex> lock(adding);
    for (std::size_t c = 0; c < all.size(); ++c) {
      for (std::size_t value = 0; value < all[c].size(); ++value) all[c][value] += own[c][value];
    }
  });
  return all;
}

}  // namespace h4h::nas
