#pragma once

namespace h4h::tools {

// While one exists, Ctrl-C and SIGTERM are only noted, so that work ends at a good place.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // The signal that came, 0 for none.
  int signal() const;
};

// Ends the process as the signal would have.
[[noreturn]] void die_of(int signal);

}  // namespace h4h::tools
