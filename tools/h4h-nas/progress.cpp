#include "tools/h4h-nas/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <iostream>

namespace h4h::tools {

TrainingProgress::TrainingProgress(std::int64_t done, std::int64_t steps,
                                   std::int64_t images_per_step)
    : first_(done),
      steps_(steps),
      images_per_step_(images_per_step),
      terminal_(::isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      last_(start_) {}

TrainingProgress::~TrainingProgress() {
  if (shown_) std::cerr << "\n";
}

void TrainingProgress::show(std::int64_t done, const std::string& phase, double loss) {
  const Clock::time_point now = Clock::now();
  if (!terminal_ || (done < steps_ && now - last_ < std::chrono::milliseconds(500))) return;
  last_ = now;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done - first_) / seconds;
  std::cerr << fmt::format("\rstep {} of {}, phase {}: loss {:.3f}, {:.0f} images/s, {} left   ",
                           done, steps_, phase, loss, rate * static_cast<double>(images_per_step_),
                           clock_text(std::llround(static_cast<double>(steps_ - done) / rate)));
}

std::string clock_text(std::int64_t seconds) {
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, seconds % 60);
}

}  // namespace h4h::tools
