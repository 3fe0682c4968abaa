#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace h4h::tools {

// A line on stderr that says how far it is, images a second and the time left; on a terminal only,
// twice a second.
class TrainingProgress {
 public:
  TrainingProgress(std::int64_t done, std::int64_t steps, std::int64_t images_per_step);
  ~TrainingProgress();
  TrainingProgress(const TrainingProgress&) = delete;
  TrainingProgress& operator=(const TrainingProgress&) = delete;

  void show(std::int64_t done, const std::string& phase, double loss);

 private:
  using Clock = std::chrono::steady_clock;

  std::int64_t first_, steps_, images_per_step_;
  bool terminal_, shown_ = false;
  Clock::time_point start_, last_;
};

// 59 -> "0:59", 3661 -> "1:01:01"
std::string clock_text(std::int64_t seconds);

}  // namespace h4h::tools
