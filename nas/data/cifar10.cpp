#include "nas/data/cifar10.hpp"

#include <fmt/format.h>

#include "base/file/input_file.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kSide = 32, kChannels = 3, kClasses = 10, kPlane = kSide * kSide;
constexpr std::int64_t kRecord = 1 + kPlane * kChannels;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw DataError(fmt::format("{}: {}", file.string(), what));
}

constexpr FileLimit kRecordsLimit{"CIFAR-10 file", std::uint64_t{kMaxImagesPerFile} * kRecord};

std::int64_t count_records(const std::filesystem::path& file, std::size_t size) {
  const auto bytes = static_cast<std::int64_t>(size);
  if (bytes == 0 || bytes % kRecord != 0) {
    fail(file, fmt::format("truncated: {} bytes is not a multiple of the record size, {}", bytes,
                           kRecord));
  }
  return bytes / kRecord;
}

void append_interleaved(const std::uint8_t* planes, std::vector<std::uint8_t>& pixels) {
  for (std::int64_t i = 0; i < kPlane; ++i) {
    for (std::int64_t c = 0; c < kChannels; ++c) pixels.push_back(planes[c * kPlane + i]);
  }
}

void append_file(const std::filesystem::path& file, ImageSet& set) {
  const std::string bytes = read_file_or<DataError>(file, kRecordsLimit);
  const std::int64_t records = count_records(file, bytes.size());
  set.pixels.reserve(set.pixels.size() + static_cast<std::size_t>(records * set.image_size()));
  for (std::int64_t i = 0; i < records; ++i) {
    const auto* record = reinterpret_cast<const std::uint8_t*>(bytes.data() + i * kRecord);
    if (record[0] >= kClasses) {
      fail(file,
           fmt::format("record {} has label {}; labels are 0..{}", i, record[0], kClasses - 1));
    }
    set.labels.push_back(record[0]);
    append_interleaved(record + 1, set.pixels);
  }
}

ImageSet empty_set() { return {kSide, kSide, kChannels, kClasses, {}, {}}; }

}  // namespace

ImageSet read_cifar10_train(const std::filesystem::path& folder) {
  ImageSet set = empty_set();
  for (int number = 1; number <= 5; ++number) {
    const auto file = folder / fmt::format("data_batch_{}.bin", number);
    if (std::filesystem::exists(file)) append_file(file, set);
  }
  if (set.size() == 0) fail(folder, "no data_batch_1.bin .. data_batch_5.bin in this directory");
  return set;
}

ImageSet read_cifar10_test(const std::filesystem::path& folder) {
  ImageSet set = empty_set();
  append_file(folder / "test_batch.bin", set);
  return set;
}

}  // namespace h4h::nas
