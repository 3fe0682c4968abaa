#include "sim/scenario/schedule.hpp"

#include <algorithm>
#include <limits>

namespace h4h::sim {
namespace {

using models::Picoseconds;

constexpr Picoseconds kNever{std::numeric_limits<std::int64_t>::max()};

class Schedule {
 public:
  Schedule(const Scenario& scenario, const std::vector<InferenceCost>& costs)
      : scenario_(scenario),
        costs_(costs),
        waiting_(scenario.streams.size()),
        asleep_(scenario.idle == Idle::sleep),
        loaded_(scenario.streams.size(), true) {
    made_.streams.resize(scenario.streams.size());
    for (const Stream& stream : scenario.streams) {
      next_.push_back(stream.after ? kNever : stream.offset);
    }
  }

  ScheduleOutcome run() {
    while (true) {
      take_arrivals();
      if (const auto stream = chosen()) {
        run(*stream);
        continue;
      }
      const Picoseconds next = *std::min_element(next_.begin(), next_.end());
      if (next >= scenario_.duration) break;
      now_ = next;
      asleep_ = scenario_.idle == Idle::sleep;
    }
    made_.end = std::max(scenario_.duration, now_);
    for (StreamOutcome& stream : made_.streams) {
      std::sort(stream.latencies.begin(), stream.latencies.end());
    }
    return std::move(made_);
  }

 private:
  // All frames up to now, in the order in which they came.
  void take_arrivals() {
    while (true) {
      const auto first = std::min_element(next_.begin(), next_.end());
      if (*first > now_ || *first >= scenario_.duration) return;
      const auto stream = static_cast<std::size_t>(first - next_.begin());
      arrive(stream, *first);
      *first += scenario_.streams[stream].period;
    }
  }

  // A frame whose chain began at `source`.
  void arrive(std::size_t stream, Picoseconds source) {
    ++made_.streams[stream].frames;
    if (waiting_[stream]) ++made_.streams[stream].dropped;
    waiting_[stream] = source;
  }

  Picoseconds deadline(std::size_t stream) const {
    return *waiting_[stream] + scenario_.streams[stream].deadline;
  }

  std::optional<std::size_t> chosen() const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (!waiting_[i]) continue;
      const bool earlier =
          scenario_.policy == Policy::deadline && best && deadline(i) < deadline(*best);
      if (!best || earlier) best = i;
    }
    return best;
  }

  void wake(Picoseconds time, double joules) {
    now_ += time;
    made_.waking += time;
    made_.joules += joules;
  }

  void run(std::size_t stream) {
    const InferenceCost& cost = costs_.at(stream);
    RunFrame frame{stream, *waiting_[stream], now_, {}};
    if (asleep_) {
      wake(cost.wake_up, cost.wake_up_joules);
      loaded_.assign(loaded_.size(), false);
    }
    asleep_ = false;
    if (!loaded_[stream]) wake(cost.reload, cost.reload_joules);
    loaded_[stream] = true;
    now_ += cost.time;
    frame.done = now_;
    made_.busy += cost.time;
    made_.joules += cost.joules;
    StreamOutcome& outcome = made_.streams[stream];
    frame.late = deadline(stream) < now_;
    outcome.late += frame.late ? 1 : 0;
    outcome.latencies.push_back(frame.done - frame.arrived);
    made_.runs.push_back(frame);
    const Picoseconds source = *waiting_[stream];
    waiting_[stream].reset();
    // Frames that came meanwhile came first.
    take_arrivals();
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (scenario_.streams[i].after == stream) arrive(i, source);
    }
  }

  const Scenario& scenario_;
  const std::vector<InferenceCost>& costs_;
  std::vector<std::optional<Picoseconds>> waiting_;  // when the chain of the newest frame began
  std::vector<Picoseconds> next_;                    // arrival of each stream with a rate
  Picoseconds now_{};
  bool asleep_;
  std::vector<bool> loaded_;  // the weights of each stream, since the chip woke up
  ScheduleOutcome made_;
};

}  // namespace

ScheduleOutcome run_schedule(const Scenario& scenario, const std::vector<InferenceCost>& costs) {
  return Schedule(scenario, costs).run();
}

}  // namespace h4h::sim
