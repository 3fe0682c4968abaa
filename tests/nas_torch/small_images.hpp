#pragma once

#include <cstdint>
#include <string>

#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {

struct SmallImageCounts {
  std::uint32_t train = 200, test = 200;
};

// One part of a data set in the layout of Fashion-MNIST: noise, brighter in a row of each class.
inline void write_small_part(const std::filesystem::path& folder, const std::string& part,
                             std::uint32_t count) {
  constexpr std::uint32_t kSide = 28, kClasses = 10, kRowsOfClass = 2, kFirstRow = 4;
  std::string labels = nas::big_endian(0x801) + nas::big_endian(count);
  std::string images = nas::big_endian(0x803) + nas::big_endian(count) + nas::big_endian(kSide) +
                       nas::big_endian(kSide);
  nas::Random random{17, count};
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t label = i % kClasses;
    labels.push_back(static_cast<char>(label));
    for (std::uint32_t p = 0; p < kSide * kSide; ++p) {
      const bool bright = (p / kSide - kFirstRow) / kRowsOfClass == label;
      images.push_back(static_cast<char>(random.below(128) + (bright ? 128 : 0)));
    }
  }
  nas::write_gzip(folder / (part + "-labels-idx1-ubyte.gz"), labels);
  nas::write_gzip(folder / (part + "-images-idx3-ubyte.gz"), images);
}

// So few images that a training on them takes less than a second.
inline void write_small_images(const std::filesystem::path& folder, SmallImageCounts counts = {}) {
  write_small_part(folder, "train", counts.train);
  write_small_part(folder, "t10k", counts.test);
}

// Two hundred records of each part in the layout of CIFAR-10.
inline void write_small_cifar10(const std::filesystem::path& folder) {
  constexpr int kCount = 200, kBytes = 3 * 32 * 32;
  std::string records;
  for (int i = 0; i < kCount; ++i) {
    records.push_back(static_cast<char>(i % 10));
    records.append(kBytes, static_cast<char>(i));
  }
  for (const char* const name : {"data_batch_1.bin", "test_batch.bin"}) {
    std::ofstream(folder / name, std::ios::binary) << records;
  }
}

// A folder with such images, a space and what commands on them write.
struct SmallTraining : TemporaryFolder {
  SmallTraining() {
    write_small_images(path());
    std::filesystem::copy(source_dir() / "nas/spaces/h4h-32-tiny.yaml", space());
  }
  std::string at(const std::string& name) const { return (path() / name).string(); }
  std::string space() const { return at("s.yaml"); }
  std::string train(const std::string& out, int steps = 2) const {
    return "train --space " + space() + " --data fashion-mnist:" + path().string() +
           " --recipe vanilla --batch 8 --threads 1 --steps " + std::to_string(steps) + " --out " +
           out;
  }
  // With the accuracies of the training in `trained`.
  std::string search(const std::string& trained, const std::string& out) const {
    return "search --platform platforms/h4h-7nm.yaml --population 4 --evaluations 4 --random off "
           "--jobs 1 --space " +
           space() + " --accuracy " + trained + " --out " + out;
  }
};

}  // namespace h4h::tests
