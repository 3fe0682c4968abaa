#include "tools/h4h/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <iostream>

#include "tools/h4h/interrupt_note.hpp"

namespace h4h::tools {

std::string progress_text(const std::string& what, std::size_t done, std::size_t all,
                          double seconds) {
  std::string text = fmt::format("{} of {} {}", done, all, what);
  if (done == 0 || done >= all || seconds <= 0) return text;
  const double left = seconds / static_cast<double>(done) * static_cast<double>(all - done);
  return left < 90 ? fmt::format("{}, {:.0f} s left", text, std::ceil(left))
                   : fmt::format("{}, {:.0f} min left", text, std::ceil(left / 60));
}

Progress::Progress(std::string what, std::size_t all)
    : what_(std::move(what)),
      all_(all),
      terminal_(::isatty(STDERR_FILENO) != 0),
      began_(Clock::now()),
      shown_(began_) {}

Progress::~Progress() {
  if (terminal_) std::cerr << "\n";
}

void Progress::show(std::size_t done) {
  constexpr std::chrono::milliseconds kPace{100};
  InterruptNote::set_progress(progress_text(what_, done, all_, 0));
  const Clock::time_point now = Clock::now();
  if (!terminal_ || (now - shown_ < kPace && done < all_)) return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  std::cerr << "\r\x1b[K" << progress_text(what_, done, all_, seconds) << std::flush;
}

}  // namespace h4h::tools
