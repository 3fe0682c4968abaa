#include "tools/h4h-nas/interrupt.hpp"

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace h4h::tools {
namespace {

// A handler of signals reaches nothing but this.
volatile std::sig_atomic_t noted = 0;

void note(int signal) { noted = signal; }

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() { handle(note); }
Interrupt::~Interrupt() { handle(SIG_DFL); }
int Interrupt::signal() const { return noted; }

void die_of(int signal) {
  handle(SIG_DFL);
  std::raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace h4h::tools
