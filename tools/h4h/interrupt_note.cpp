#include "tools/h4h/interrupt_note.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace h4h::tools {
namespace {

using Line = std::string;

// A handler of signals reads the one that `current` points to; the other one may be written.
std::array<Line, 2> lines;
std::atomic<const Line*> current{nullptr};
std::string advice_of_all;  // of the note that exists

constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};
std::array<struct sigaction, 2> previous_actions;

void publish(const std::string& progress) {
  Line& free = current.load() == &lines[0] ? lines[1] : lines[0];
  free = (::isatty(STDERR_FILENO) != 0 ? "\n" : "") + std::string("h4h: interrupted") +
         (progress.empty() ? "" : " after " + progress) + "; " + advice_of_all + "\n";
  current.store(&free);
}

// SA_RESETHAND: the signal raised here ends the process when the handler returns.
void tell_and_end(int signal) {
  const Line* const line = current.load();
  if (line != nullptr && ::write(STDERR_FILENO, line->data(), line->size()) < 0) {
    // There is no one to tell.
  }
  std::raise(signal);
}

}  // namespace

InterruptNote::InterruptNote(const std::string& advice) {
  advice_of_all = advice;
  publish("");
  struct sigaction action {};
  action.sa_handler = tell_and_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &previous_actions[i]);
    // Who starts a program in the background may have it ignore Ctrl-C.
    if (previous_actions[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
  }
}

InterruptNote::~InterruptNote() {
  for (std::size_t i = 0; i < kSignals.size(); ++i)
    sigaction(kSignals[i], &previous_actions[i], nullptr);
  current.store(nullptr);
}

void InterruptNote::set_progress(const std::string& done) {
  if (current.load() != nullptr) publish(done);
}

}  // namespace h4h::tools
