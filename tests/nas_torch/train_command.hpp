#pragma once

#include <gtest/gtest.h>

#include <sstream>

#include "base/text/hash.hpp"
#include "tests/nas_torch/small_images.hpp"
#include "tests/support/command.hpp"
#include "tests/support/files.hpp"

namespace h4h::tests {

// The programs as users start them, on images and batches so small that a run takes seconds.
class TrainCommand : public testing::Test {
 protected:
  // Of the 600 for training a tenth is held out.
  static constexpr int kHeldOut = 60, kTested = 300;

  void SetUp() override { write_small_images(images_.path(), {10 * kHeldOut, kTested}); }

  std::string data() const { return " --data 'fashion-mnist:" + images_.path().string() + "'"; }
  std::string arguments(const std::string& more, const std::string& health = "2") const {
    return "train --space nas/spaces/h4h-32-tiny.yaml --batch 8 --health " + health + data() + " " +
           more;
  }
  // The smallest search with the accuracies of a training.
  std::string search_of(const std::string& name) const {
    return "search --platform platforms/h4h-7nm.yaml --population 4 --evaluations 4 --random off "
           "--space nas/spaces/h4h-32-tiny.yaml --accuracy '" +
           (folder_.path() / name).string() + "'";
  }
  // A checkpoint of these bytes, with the checksum that belongs to them.
  void write_checkpoint(const std::string& name, std::string bytes) const {
    const std::uint64_t sum = fnv1a(bytes);
    folder_.write(name + "/checkpoint.bin",
                  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum));
  }
  std::string out(const std::string& name) const {
    return " --out '" + (folder_.path() / name).string() + "'";
  }
  Outcome nas(const std::string& command) const { return run(H4H_BINARY " " + command); }
  std::string text(const std::string& name, const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(folder_.path() / name / file, std::ios::binary).rdbuf();
    return text.str();
  }

  TemporaryFolder folder_, images_;
};

}  // namespace h4h::tests
