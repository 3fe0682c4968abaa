#pragma once

#include "sim/scenario/scenario.hpp"

namespace h4h::sim {

// What an inference of a stream takes on the chip; what waking the chip takes; and what it takes to
// bring the weights of this stream back into macros that lose them without power.
struct InferenceCost {
  models::Picoseconds time{};
  double joules = 0;
  models::Picoseconds wake_up{};
  double wake_up_joules = 0;
  models::Picoseconds reload{};
  double reload_joules = 0;
};

// A frame of a stream that ran.
struct RunFrame {
  std::size_t stream = 0;
  // When the frame that its chain begins with arrived, when the chip began (to wake up for it), and
  // when it was done.
  models::Picoseconds arrived{}, begun{}, done{};
  bool late = false;  // behind its deadline
};

struct StreamOutcome {
  std::int64_t frames = 0;   // that arrived: of a stream behind another, that the other finished
  std::int64_t dropped = 0;  // the next one came before the chip began
  std::int64_t late = 0;     // ran, and were done behind their deadline
  std::vector<models::Picoseconds> latencies{};  // arrival to done, of those that ran, ascending

  std::int64_t on_time() const { return frames - dropped - late; }
};

struct ScheduleOutcome {
  std::vector<StreamOutcome> streams;
  std::vector<RunFrame> runs;            // in order
  models::Picoseconds end{};             // the duration, or when the last frame was done
  models::Picoseconds busy{}, waking{};  // waking: with reloads
  double joules = 0;                     // of inferences, waking up and reloads

  models::Picoseconds idle() const { return end - busy - waking; }
};

// The chip runs one inference at a time, to its end. A frame waits until the chip is free and the
// policy chooses it; of each stream only the newest frame waits, an older one is dropped. A chip
// that sleeps when it has nothing to run (Idle::sleep) takes the time and energy of waking up
// before what it runs next, and reloads the weights of each stream before its first inference
// since. `costs`: of each stream.
ScheduleOutcome run_schedule(const Scenario& scenario, const std::vector<InferenceCost>& costs);

}  // namespace h4h::sim
