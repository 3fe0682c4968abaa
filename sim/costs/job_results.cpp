#include "sim/costs/job_results.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "models/device/plan_size.hpp"
#include "platforms/description/layer_hardware.hpp"

namespace h4h::sim {

class JobResults::Set {
 public:
  std::string text;  // platforms::layer_text of the hardware: keys of the store, workers
  platforms::Hardware hardware;  // the same part of it, for sessions
  std::unordered_map<std::string, JobResult> results;
  std::unordered_set<std::string> begun;
  std::unordered_set<std::string> absent;               // from the store, when a search asked
  std::unordered_map<std::string, std::string> failed;  // and why
  std::int64_t users = 0;
  std::unique_ptr<Session> session;
};

namespace {

constexpr std::size_t kMostSessions = 4;  // each keeps the stacks of a chip's processes

std::string failure(const std::string& why, const std::string& hardware, const std::string& job) {
  std::string text = hardware;
  for (char& c : text) c = c == '\n' ? ' ' : c;
  return fmt::format("a layer job failed: {}\njob: {}\nhardware: {}", why,
                     canonical_text(decode_job(job)), text);
}

}  // namespace

JobResults::JobResults(std::unique_ptr<CostStore> store, std::unique_ptr<Workers> workers,
                       std::size_t most_in_memory)
    : store_(std::move(store)), workers_(std::move(workers)), most_in_memory_(most_in_memory) {}

JobResults::~JobResults() = default;

JobResults::Set& JobResults::set_of(const platforms::Hardware& hardware,
                                    platforms::DeviceSet matter) {
  const std::string text = platforms::layer_text(hardware, matter);
  std::unique_ptr<Set>& set = sets_[text];
  if (!set) {
    set = std::make_unique<Set>();
    set->text = text;
    set->hardware = platforms::layer_hardware(hardware, matter);
  }
  return *set;
}

const JobResult* JobResults::known(Set& set, const std::string& job) {
  const auto found = set.results.find(job);
  if (found != set.results.end()) return &found->second;
  if (!store_) return nullptr;
  const auto stored = store_->find(set.text, job);
  if (!stored) return nullptr;
  ++in_memory_;
  return &set.results.emplace(job, *stored).first->second;
}

const JobResult& JobResults::add(Set& set, const std::string& job, const JobResult& result) {
  ++simulated_;
  ++in_memory_;
  if (take_) {
    take_({set.text, job, result});
  } else if (store_) {
    store_->put(set.text, job, result);
  }
  return set.results.emplace(job, result).first->second;
}

void JobResults::keep(const StoredResult& found) {
  ++simulated_;
  if (store_) store_->put(found.hardware, found.job, found.result);
}

Session& JobResults::session(Set& set) {
  elaborated_.remove(&set);
  elaborated_.push_front(&set);
  if (!set.session) set.session = std::make_unique<Session>(set.hardware);
  if (elaborated_.size() > kMostSessions) {
    elaborated_.back()->session.reset();
    elaborated_.pop_back();
  }
  return *set.session;
}

const JobResult& JobResults::get(Set& set, const LayerJob& job) {
  const std::string bytes = encode(job);
  if (const JobResult* result = known(set, bytes)) return *result;
  while (set.begun.count(bytes) > 0) {
    const std::optional<Answer> answer = workers_->receive(true);
    if (!answer) throw std::logic_error("a job that was begun has no answer");
    take(*answer);
  }
  if (const JobResult* result = known(set, bytes)) return *result;
  const auto failed = set.failed.find(bytes);
  if (failed != set.failed.end()) throw JobFailed(failed->second);
  try {
    return add(set, bytes, session(set).run(job));
  } catch (const NoProgress& error) {
    set.session.reset();
    throw JobFailed(failure(error.what(), set.text, bytes));
  } catch (const models::PlanTooLarge& error) {  // the network's fault, on any such chip
    throw JobFailed(fmt::format("a layer is too large: {}\nlayer: {}", error.what(),
                                canonical_text(job.layer)));
  }
}

// A search asks for every share of a layer, again and again: the store is read once for each.
const JobResult* JobResults::known(Set& set, const LayerJob& job) {
  if (!store_ && set.results.empty()) return nullptr;
  const std::string& bytes = encoder_.encode(job);
  if (set.absent.count(bytes) == 0) {
    const JobResult* const result = known(set, bytes);
    if (result == nullptr && store_) set.absent.insert(bytes);
    return result;
  }
  const auto found = set.results.find(bytes);
  return found == set.results.end() ? nullptr : &found->second;
}

void JobResults::begin(Set& set, const LayerJob& job) {
  if (!workers_) return;
  std::string bytes = encode(job);
  if (set.begun.count(bytes) + set.failed.count(bytes) > 0 || known(set, bytes)) return;
  set.begun.insert(bytes);
  under_way_[next_ticket_] = {&set, bytes};
  workers_->submit({next_ticket_++, set.text, std::move(bytes)});
}

void JobResults::take(const Answer& answer) {
  const auto found = under_way_.find(answer.ticket);
  const UnderWay asked = found->second;
  under_way_.erase(found);
  asked.set->begun.erase(asked.job);
  if (const auto* error = std::get_if<std::string>(&answer.result)) {
    asked.set->failed[asked.job] = failure(*error, asked.set->text, asked.job);
    return;
  }
  add(*asked.set, asked.job, std::get<JobResult>(answer.result));
  if (asked.set->users > 0) return;
  idle_.remove(asked.set);  // it may have left the memory before this answer came
  idle_.push_back(asked.set);
}

void JobResults::use(Set& set) {
  if (set.users++ == 0) idle_.remove(&set);
}

void JobResults::release(Set& set) {
  if (--set.users > 0) return;
  idle_.push_back(&set);
  while (in_memory_ > most_in_memory_ && !idle_.empty()) {
    if (store_ && !store_->flush()) return;
    Set& oldest = *idle_.front();
    in_memory_ -= oldest.results.size();
    oldest.results.clear();
    oldest.absent.clear();
    idle_.pop_front();
  }
}

void JobResults::finish() {
  while (workers_) {
    const std::optional<Answer> answer = workers_->receive(true);
    if (!answer) break;
    take(*answer);
  }
  if (store_) store_->flush();
}

}  // namespace h4h::sim
