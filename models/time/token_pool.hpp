#pragma once

#include <deque>
#include <systemc>
#include <utility>

#include "models/time/sc_time.hpp"

namespace h4h::models {

// Tokens that processes hand each other, such as free buffers. Unlike a semaphore it remembers
// since when a token was there: a DMA engine asks for data as soon as a buffer is free, even where
// its process runs later.
class TokenPool {
 public:
  TokenPool(const char* name, std::int64_t tokens)
      : returned_(name), since_(static_cast<std::size_t>(tokens), Picoseconds{}) {}

  // Waits for a token and takes it. Returns since when it was there.
  Picoseconds take() {
    while (since_.empty()) {
      awaited_ = true;
      sc_core::wait(returned_);
    }
    const Picoseconds since = since_.front();
    since_.pop_front();
    return since;
  }
  void put() {
    since_.push_back(now());
    if (std::exchange(awaited_, false)) returned_.notify();
  }
  std::size_t available() const { return since_.size(); }

 private:
  sc_core::sc_event returned_;
  std::deque<Picoseconds> since_;
  bool awaited_ = false;  // a notification costs time even where nobody waits
};

}  // namespace h4h::models
