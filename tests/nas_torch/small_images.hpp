#pragma once

#include <cstdint>
#include <string>

#include "tests/nas/image_sets.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {

// Two hundred images for training and as many for tests in the layout of Fashion-MNIST, so that a
// training takes less than a second.
inline void write_small_images(const std::filesystem::path& folder) {
  constexpr std::uint32_t kCount = 200, kSide = 28;
  std::string labels = nas::big_endian(0x801) + nas::big_endian(kCount);
  std::string images = nas::big_endian(0x803) + nas::big_endian(kCount) + nas::big_endian(kSide) +
                       nas::big_endian(kSide);
  nas::Random random{17};
  for (std::uint32_t i = 0; i < kCount; ++i) {
    labels.push_back(static_cast<char>(i % 10));
    for (std::uint32_t p = 0; p < kSide * kSide; ++p) {
      images.push_back(static_cast<char>(random.below(256)));
    }
  }
  for (const std::string part : {"train", "t10k"}) {
    nas::write_gzip(folder / (part + "-labels-idx1-ubyte.gz"), labels);
    nas::write_gzip(folder / (part + "-images-idx3-ubyte.gz"), images);
  }
}

// The same number of records in the layout of CIFAR-10.
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
