#pragma once

#include <string>

namespace h4h::tools {

// While one exists, Ctrl-C and SIGTERM end the process as they do without it, after one line on
// stderr: how far the command is, and how to resume it. Commands keep what they have finished on
// disk as they go, so nothing else is left to do. One at a time.
class InterruptNote {
 public:
  // `advice`: "rerun the same command to resume".
  explicit InterruptNote(const std::string& advice);
  ~InterruptNote();
  InterruptNote(const InterruptNote&) = delete;
  InterruptNote& operator=(const InterruptNote&) = delete;

  // How far the command is, such as "25 of 100 variants"; without effect where no note exists.
  static void set_progress(const std::string& done);
};

// The advice of commands that resume from what --out or the cache holds.
constexpr const char kRerun[] = "rerun the same command to resume";

}  // namespace h4h::tools
