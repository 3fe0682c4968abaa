// JPEG files a second that one thread prepares at 224 pixels, files in memory as after their first
// epoch: photographs of shared/datasets/imagenet-samples where they are, else made ones of 500 x
// 375. Never asserted: machines differ.
#include <benchmark/benchmark.h>

#include "nas/data/augment.hpp"
#include "nas/data/decode.hpp"
#include "nas/data/image_folder.hpp"
#include "tests/nas/image_files.hpp"
#include "tests/support/files.hpp"

namespace {

using namespace h4h;
using namespace h4h::nas;

// Detail like that of a photograph: about 100 kB.
Image grain(std::uint64_t seed) {
  Image image = tests::slope(375, 500, seed);
  Random random(seed);
  for (std::uint8_t& value : image.pixels) {
    value = static_cast<std::uint8_t>(value / 2 + random.below(60));
  }
  return image;
}

class Files {
 public:
  Files() {
    const auto shared = tests::shared_file("datasets/imagenet-samples");
    if (!shared.empty()) {
      root_ = shared / "val";
      return;
    }
    root_ = folder_.path();
    for (std::uint64_t i = 0; i < 64; ++i) {
      tests::write_below(root_, "a/" + std::to_string(i) + ".jpg", tests::jpeg_bytes(grain(i), 85));
    }
  }
  std::unique_ptr<FolderSource> source(int threads) const {
    const auto index = std::make_shared<const FolderIndex>(root_);
    std::vector<std::uint32_t> images;
    for (std::int64_t i = 0; i < index->size(); ++i) {
      images.push_back(static_cast<std::uint32_t>(i));
    }
    const FolderView view{224, 3, 0.875, threads};
    return std::make_unique<FolderSource>(index, images, view,
                                          std::make_shared<FolderState>(true, [](const auto&) {}));
  }

 private:
  tests::TemporaryFolder folder_;
  std::filesystem::path root_;
};

const Files& files() {
  static const Files all;
  return all;
}

void folder(benchmark::State& state, Augmentation augmentation) {
  const auto source = files().source(1);
  std::int64_t count = 0;
  for (auto _ : state) {
    Random random{1, 2, static_cast<std::uint64_t>(count)};
    benchmark::DoNotOptimize(
        training_view(*source, count++ % source->size(), augmentation, random));
  }
  state.SetItemsProcessed(count);
}
BENCHMARK_CAPTURE(folder, none, Augmentation::none)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(folder, resized_crop, Augmentation::resized_crop)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(folder, resized_crop_auto_augment, Augmentation::resized_crop_auto_augment)
    ->Unit(benchmark::kMillisecond);

}  // namespace
