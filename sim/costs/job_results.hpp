#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/job/wire.hpp"
#include "sim/session/session.hpp"
#include "sim/store/cost_store.hpp"
#include "sim/workers/workers.hpp"

namespace h4h::sim {

// A job that could not be simulated, with all that it consists of.
class JobFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Every distinct job of all platforms, simulated once: in memory, behind it a store and workers,
// where there are any. Two hardwares that differ in nothing that a layer sees share their results:
// a job is simulated on what `platforms::layer_text` says of its hardware, and on nothing else.
class JobResults {
 public:
  static constexpr std::size_t kMostInMemory = 300'000;  // results, about 100 MB
  explicit JobResults(std::unique_ptr<CostStore> store = nullptr,
                      std::unique_ptr<Workers> workers = nullptr,
                      std::size_t most_in_memory = kMostInMemory);
  ~JobResults();
  JobResults(const JobResults&) = delete;
  JobResults& operator=(const JobResults&) = delete;

  // Results of jobs on one hardware to which `matter` of its devices do.
  class Set;
  Set& set_of(const platforms::Hardware& hardware, platforms::DeviceSet matter);

  // Of sets that nobody uses, the results of the one that was used longest ago leave the memory
  // first: for the store, or, without one, to be simulated again.
  void use(Set& set);
  void release(Set& set);

  // The model's result. Throws JobFailed, and what Session::run throws but for NoProgress.
  const JobResult& get(Set& set, const LayerJob& job);
  // The same where it is in memory or in the store, else nullptr.
  const JobResult* known(Set& set, const LayerJob& job);
  // Lets workers begin with it; without any it does nothing.
  void begin(Set& set, const LayerJob& job);
  // Everything begun is there, or has failed, and what is there is stored.
  void finish();

  // What is simulated from here on stays in memory alone.
  void drop_store() { store_.reset(); }
  // What is simulated from here on goes to `take`, and no longer into the store.
  void hand_out(std::function<void(const StoredResult&)> take) { take_ = std::move(take); }
  // A result that another process found: for the store.
  void keep(const StoredResult& found);

  bool has_workers() const { return workers_ != nullptr; }
  // To ask for other work than jobs: with nothing begun, and all of its answers received before
  // anything is.
  Workers& workers() { return *workers_; }
  CostStore* store() const { return store_.get(); }
  std::int64_t simulated() const { return simulated_; }  // here or by workers

 private:
  const JobResult& add(Set& set, const std::string& job, const JobResult& result);
  const JobResult* known(Set& set, const std::string& job);
  void take(const Answer& answer);
  Session& session(Set& set);

  struct UnderWay {
    Set* set = nullptr;
    std::string job;
  };

  std::unique_ptr<CostStore> store_;
  std::unique_ptr<Workers> workers_;
  std::function<void(const StoredResult&)> take_;
  std::unordered_map<std::string, std::unique_ptr<Set>> sets_;
  std::list<Set*> elaborated_;  // the last used first
  std::list<Set*> idle_;        // that nobody uses, the last used last
  std::unordered_map<std::uint64_t, UnderWay> under_way_;
  std::uint64_t next_ticket_ = 0;
  JobEncoder encoder_;
  std::int64_t simulated_ = 0;
  std::size_t in_memory_ = 0, most_in_memory_;
};

}  // namespace h4h::sim
