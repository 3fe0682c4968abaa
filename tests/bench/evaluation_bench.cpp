#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <iostream>

#include "nas/space/load.hpp"
#include "nas/train/accuracy.hpp"
#include "tools/h4h-nas/torch_setup.hpp"

namespace h4h {
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
}  // namespace h4h

int main(int, char** argv) {
  using namespace h4h;
  tools::keep_freed_memory();
  tools::use_threads(1);
  const nas::Space space = nas::load_space(argv[1]);
  const std::int64_t batch = std::atoll(argv[2]);
  const int networks = std::atoi(argv[3]);
  torch::manual_seed(1);
  const auto images = [&](std::int64_t count, std::int64_t size) {
    std::vector<torch::Tensor> all;
    for (std::int64_t i = 0; i < count; i += size)
      all.push_back(torch::rand({size, 3, 32, 32}).contiguous(torch::MemoryFormat::ChannelsLast));
    return all;
  };
  nas::EvaluationImages e;
  e.calibration = images(2048, 128);
  std::vector<nas::Labelled> held;
  for (auto& t : images(5000, batch)) held.push_back({t, torch::zeros({batch}, torch::kLong)});
  e.held_out = held;
  nas::Random random{0, 1, 2};
  const nas::Supernet supernet(space.network(space.max()), 1);
  double calibration = 0, total = 0;
  for (int i = 0; i < networks; ++i) {
    const auto network = space.network(space.sample(random));
    double t = cpu_seconds();
    supernet.calibrate(network, e.calibration, false);
    calibration += cpu_seconds() - t;
    t = cpu_seconds();
    classified_right(supernet, network, e, false);
    total += cpu_seconds() - t;
  }
  std::cout << fmt::format("batch {}: calibration {:.3f} s, all {:.3f} s a network\n", batch, calibration / networks, total / networks);
}
