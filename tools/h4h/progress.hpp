#pragma once

#include <chrono>
#include <string>

namespace h4h::tools {

// How much of a long piece of work is done, and how long the rest will take; on stderr, where that
// is a terminal. A command that is interrupted says it, too (interrupt_note.hpp).
class Progress {
 public:
  Progress(std::string what, std::size_t all);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::size_t done);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::size_t all_;
  bool terminal_;
  Clock::time_point began_, shown_;
};

// "25 of 100 variants, 9 s left"; without the time left where `seconds`, the time so far, is 0.
std::string progress_text(const std::string& what, std::size_t done, std::size_t all,
                          double seconds);

}  // namespace h4h::tools
