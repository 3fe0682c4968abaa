#include "nas/data/fashion_mnist.hpp"

#include <fmt/format.h>

#include "nas/data/gzip_file.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kClasses = 10, kSide = 28, kBorder = 2, kChannels = 3;
constexpr std::int64_t kPaddedSide = kSide + 2 * kBorder;

std::int64_t read_number(GzipFile& file) {
  std::int64_t number = 0;
  for (const std::uint8_t byte : file.read(4)) number = number << 8 | byte;
  return number;
}

// The number of items, after the magic number.
std::int64_t read_count(GzipFile& file, std::int64_t magic) {
  const std::int64_t found = read_number(file);
  if (found != magic) {
    file.fail(fmt::format("bad magic number {:#010x}; expected {:#010x}", found, magic));
  }
  const std::int64_t count = read_number(file);
  if (count < 1 || count > kMaxImagesPerFile) {
    file.fail(
        fmt::format("its header announces {} items; allowed: 1..{}", count, kMaxImagesPerFile));
  }
  return count;
}

std::vector<std::uint8_t> read_labels(const std::filesystem::path& path) {
  GzipFile file(path);
  auto labels = file.read(static_cast<std::size_t>(read_count(file, 0x801)));
  file.expect_end();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= kClasses) {
      file.fail(fmt::format("item {} has label {}; labels are 0..{}", i, labels[i], kClasses - 1));
    }
  }
  return labels;
}

// 28x28 bytes an image.
std::vector<std::uint8_t> read_images(const std::filesystem::path& path, std::size_t labels) {
  GzipFile file(path);
  const std::int64_t count = read_count(file, 0x803);
  const std::int64_t height = read_number(file), width = read_number(file);
  if (height != kSide || width != kSide) {
    file.fail(fmt::format("images of {}x{}; expected {}x{}", height, width, kSide, kSide));
  }
  if (static_cast<std::size_t>(count) != labels) {
    file.fail(fmt::format("{} images, but {} labels beside it", count, labels));
  }
  auto pixels = file.read(static_cast<std::size_t>(count * kSide * kSide));
  file.expect_end();
  return pixels;
}

std::vector<std::uint8_t> pad_and_repeat(const std::vector<std::uint8_t>& grey,
                                         std::int64_t count) {
  std::vector<std::uint8_t> pixels(
      static_cast<std::size_t>(count * kPaddedSide * kPaddedSide * kChannels));
  const std::uint8_t* from = grey.data();
  for (std::int64_t row = 0; row < count * kSide; ++row) {
    const std::int64_t y = row / kSide * kPaddedSide + kBorder + row % kSide;
    std::uint8_t* to = pixels.data() + (y * kPaddedSide + kBorder) * kChannels;
    for (std::int64_t x = 0; x < kSide; ++x, ++from) {
      for (std::int64_t c = 0; c < kChannels; ++c) *to++ = *from;
    }
  }
  return pixels;
}

}  // namespace

ImageSet read_fashion_mnist(const std::filesystem::path& folder, const std::string& part) {
  ImageSet set{kPaddedSide, kPaddedSide, kChannels, kClasses, {}, {}};
  const auto labels = read_labels(folder / (part + "-labels-idx1-ubyte.gz"));
  set.labels.assign(labels.begin(), labels.end());
  const auto grey = read_images(folder / (part + "-images-idx3-ubyte.gz"), set.labels.size());
  set.pixels = pad_and_repeat(grey, set.size());
  return set;
}

}  // namespace h4h::nas
