// Processor time of the accuracy of a network, as a search measures it: statistics of the batch
// norms, the held-out images, and the screen beside them. Networks are drawn at random, images are
// noise; one thread.
//   h4h_evaluation_bench [SPACE.yaml [NETWORKS]]
#include <fmt/format.h>

#include <ctime>
#include <iostream>

#include "nas/space/load.hpp"
#include "nas/train/accuracy.hpp"
#include "nas/train/images.hpp"
#include "tools/h4h-nas/torch_setup.hpp"

namespace h4h {
namespace {

constexpr std::int64_t kHeldOut = 5000, kScreened = 1000;

torch::Tensor noise(const nas::Space& space, std::int64_t images) {
  const std::int64_t side = space.resolution(space.max());
  return torch::rand({images, space.input_channels(), side, side})
      .contiguous(torch::MemoryFormat::ChannelsLast);
}

nas::EvaluationImages images_of(const nas::Space& space) {
  const nas::EvaluationSizes sizes;
  torch::manual_seed(1);
  std::vector<torch::Tensor> calibration;
  for (std::int64_t i = 0; i < sizes.calibration_batches; ++i) {
    calibration.push_back(noise(space, sizes.calibration_batch));
  }
  std::vector<nas::Labelled> held_out;
  for (std::int64_t i = 0; i < kHeldOut; i += sizes.batch) {
    held_out.push_back({noise(space, sizes.batch), torch::zeros({sizes.batch}, torch::kLong)});
  }
  return {calibration, held_out};
}

template <typename Work>
double cpu_seconds(Work work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

void run(const std::string& file, int networks) {
  const nas::Space space = nas::load_space(file);
  const nas::EvaluationImages images = images_of(space);
  const nas::Supernet supernet(space.network(space.max()), 1);
  nas::ScreenAccuracy screen(space, supernet, images, kScreened);
  nas::Random random(1);
  double statistics = 0, all = 0, screened = 0;
  for (int i = 0; i < networks; ++i) {
    const nas::Genotype genotype = space.sample(random);
    const workloads::Network network = space.network(genotype);
    statistics += cpu_seconds([&] { supernet.calibrate(network, images.calibration); });
    all += cpu_seconds([&] { nas::classified_right(supernet, network, images); });
    screened += cpu_seconds([&] { screen.evaluate({genotype}); });
  }
  std::cout << fmt::format(
      "{}, {} networks; CPU seconds a network\n  accuracy               {:.3f}\n"
      "    batch norms of it    {:.3f}\n  screen, {} images    {:.3f}\n",
      space.name(), networks, all / networks, statistics / networks, kScreened,
      screened / networks);
}

}  // namespace
}  // namespace h4h

int main(int argc, char** argv) {
  const std::string space = argc > 1 ? argv[1] : H4H_SOURCE_DIR "/nas/spaces/h4h-32-tiny.yaml";
  h4h::tools::keep_freed_memory();
  h4h::tools::use_threads(1);
  h4h::run(space, argc > 2 ? std::stoi(argv[2]) : 12);
}
