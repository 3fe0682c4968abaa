#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/workers/serve.hpp"
#include "sim/workers/workers.hpp"

namespace h4h::sim {

// The option that makes a program one of the workers below, and the file descriptor that it serves.
constexpr const char kWorkerOption[] = "--worker";
constexpr int kWorkerSocket = 3;

// Serves asks on a socket until the other side closes it. Throws WireError for bytes that are no
// asks, std::system_error for a descriptor that cannot be read.
void serve(int socket, OpenVariants open);

// A file descriptor that is closed when it goes; -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  int get() const { return number_; }

 private:
  int number_;
};

// Processes of this machine, each a run of `program --worker`. One that dies is started again, and
// the work that it was at is tried once more; work that ends two workers is answered with an error.
// Throws std::system_error where a process or a socket cannot be made.
// One that gives no answer, nor a part of one, for `longest_job` is killed.
class ProcessWorkers : public Workers {
 public:
  // Layers that are not refused (models::kMostPlanSteps) take a minute at most on an idle core.
  static constexpr std::chrono::seconds kLongestJob{1800};

  ProcessWorkers(std::filesystem::path program, int count,
                 std::chrono::milliseconds longest_job = kLongestJob);
  ~ProcessWorkers() override;
  ProcessWorkers(const ProcessWorkers&) = delete;
  ProcessWorkers& operator=(const ProcessWorkers&) = delete;

  std::size_t count() const override { return workers_.size(); }
  void submit(Ask ask) override;
  std::optional<Answer> receive(bool wait) override;

  std::vector<pid_t> processes() const;

 private:
  struct Worker {
    pid_t process = 0;  // 0 where there is none
    Descriptor socket{};
    std::string context;        // that it has now
    std::deque<Ask> under_way;  // in the order in which it answers
    std::string received;       // the beginning of a message
    // Of its last answer, or of what it was given when it had nothing to do.
    std::chrono::steady_clock::time_point last_sign{};
    bool killed = false;  // for giving no answer
  };

  void start(Worker& worker);
  void stop(Worker& worker);
  void revive();
  void feed(Worker& worker);
  void read(Worker& worker);
  void take_messages(Worker& worker);
  void bury(Worker& worker);
  int milliseconds_to_wait() const;
  void kill_silent();

  std::filesystem::path program_;
  std::chrono::milliseconds longest_job_;
  std::vector<Worker> workers_;
  std::deque<Ask> waiting_;
  std::deque<Answer> answers_;
  std::set<std::uint64_t> tried_;  // asks that a worker died of
};

}  // namespace h4h::sim
