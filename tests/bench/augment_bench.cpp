// Images a second that one thread prepares for training. Never asserted: machines differ.
#include <benchmark/benchmark.h>

#include "nas/data/loader.hpp"
#include "nas/data/open.hpp"

namespace {

using namespace h4h::nas;

MemorySource noise() {
  ImageSet set{32, 32, 3, 10, {}, std::vector<std::int32_t>(1024)};
  Random random(1);
  for (std::int64_t i = 0; i < set.size() * set.image_size(); ++i) {
    set.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
  }
  return MemorySource(std::move(set));
}

void augment(benchmark::State& state, Augmentation augmentation) {
  const MemorySource source = noise();
  const Normalization normalization(source);
  std::vector<float> out(static_cast<std::size_t>(source.image_size()));
  std::uint64_t count = 0;
  for (auto _ : state) {
    Random random{1, 2, count};
    const auto index = static_cast<std::int64_t>(count++ % 1024);
    const Image view = training_view(source, index, augmentation, random);
    normalization.write(view.pixels.data(), 32 * 32, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}
BENCHMARK_CAPTURE(augment, none, Augmentation::none);
BENCHMARK_CAPTURE(augment, crop_flip, Augmentation::crop_flip);
BENCHMARK_CAPTURE(augment, auto_augment, Augmentation::auto_augment);

void loader(benchmark::State& state) {
  const MemorySource source = noise();
  const Normalization normalization(source);
  Loader batches(source, normalization, Augmentation::auto_augment, 64, 1);
  std::int64_t count = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(batches.batch(0, count++ % batches.batches()));
  }
  state.SetItemsProcessed(count * 64);
}
BENCHMARK(loader)->UseRealTime();

void open_fashion_mnist(benchmark::State& state) {
  try {
    for (auto _ : state) benchmark::DoNotOptimize(open_split("fashion-mnist"));
  } catch (const DataError& error) {
    state.SkipWithError(error.what());
  }
}
BENCHMARK(open_fashion_mnist)->Unit(benchmark::kMillisecond);

}  // namespace
