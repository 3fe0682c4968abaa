#include "sim/session/session.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <mutex>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/session/chip.hpp"
#include "sim/session/main_stack.hpp"

// libsystemc refers to sc_main; every program that runs a session has a main of its own.
int sc_main(int, char*[]) { return 1; }

namespace h4h::sim {
namespace {

// One thread is in SystemC at a time, and none while the process forks, so that a child may go on
// with sessions.
std::mutex kernel_mutex;
[[maybe_unused]] const int kAtFork = ::pthread_atfork(
    [] { kernel_mutex.lock(); }, [] { kernel_mutex.unlock(); }, [] { kernel_mutex.unlock(); });

// SystemC finds its context through globals. Its first one must outlive everything, since a static
// event of the library refers to it; later ones may come and go, each for one session.
class ContextInUse {
 public:
  explicit ContextInUse(sc_core::sc_simcontext& context)
      : before_(sc_core::sc_get_curr_simcontext()) {
    install(&context);
  }
  ~ContextInUse() {
    install(before_);
    restore_stack_bounds();
  }
  ContextInUse(const ContextInUse&) = delete;
  ContextInUse& operator=(const ContextInUse&) = delete;

 private:
  static void install(sc_core::sc_simcontext* context) {
    sc_core::sc_curr_simcontext = context;
    sc_core::sc_default_global_context = context;
  }

  sc_core::sc_simcontext* before_;
};

}  // namespace

class Session::Kernel {
  using ContextPointer = std::unique_ptr<sc_core::sc_simcontext>;
  using ChipPointer = std::unique_ptr<Chip>;

 public:
  Kernel(const platforms::Hardware& hardware, const models::Devices& devices) {
    const std::lock_guard<std::mutex> alone(kernel_mutex);
    sc_core::sc_get_curr_simcontext();  // the first, before ours
    context_ = std::make_unique<sc_core::sc_simcontext>();
    const ContextInUse in_use(*context_);
    chip_ = std::make_unique<Chip>("chip", hardware, devices);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);  // elaboration; every process comes to its first wait
  }

  ~Kernel() {
    const std::lock_guard<std::mutex> alone(kernel_mutex);
    const ContextInUse in_use(*context_);
    if (!failed_) stop();
    if (!failed_) {
      chip_.reset();
      context_.reset();
    } else {  // a kernel in which a process has thrown cannot be started again: nothing unwinds
      never_destroyed().emplace_back(std::move(context_), std::move(chip_));
    }
  }

  bool failed() const { return failed_; }

  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  std::vector<JobResult> run(const std::vector<Plans>& plans, models::Recorder* recorder) {
    const std::lock_guard<std::mutex> alone(kernel_mutex);
    const ContextInUse in_use(*context_);
    chip_->record(recorder);
    chip_->start(plans);
    failed_ = true;
    start_kernel();
    failed_ = false;
    chip_->record(nullptr);
    if (chip_->results().size() != plans.size()) throw NoProgress("no progress: " + chip_->state());
    return chip_->results();
  }

 private:
  // Processes unwind their stacks before those are given back, for which there may be no memory.
  void stop() {
    try {
      chip_->stop();
      sc_core::sc_start();
    } catch (const std::exception&) {
      failed_ = true;
    }
  }

  // Returns when nothing is left to do. What a process throws comes as a report with its text.
  static void start_kernel() {
    try {
      sc_core::sc_start();
    } catch (const sc_core::sc_report& report) {
      if (report.get_msg() == std::string_view(std::bad_alloc().what())) throw std::bad_alloc();
      throw;
    }
  }

  static std::vector<std::pair<ContextPointer, ChipPointer>>& never_destroyed() {
    static auto* const kept = new std::vector<std::pair<ContextPointer, ChipPointer>>;
    return *kept;
  }

  ContextPointer context_;
  ChipPointer chip_;
  bool failed_ = false;
};

Session::Session(const platforms::Hardware& hardware)
    : hardware_(hardware),
      devices_(models::make_devices(hardware)),
      kernel_(std::make_unique<Kernel>(hardware_, devices_)) {}

Session::~Session() = default;

namespace {

// How much faster another plan must be to be taken. Assumption: a gain that the simulation may have
// wrong is not worth a schedule that Arm's compiler would not take.
constexpr double kMargin = 1.02;

}  // namespace

Session::Choice Session::choose(KernelPointer& kernel, const LayerJob& job, Plans first) {
  std::vector<Plans> tried;  // one at a time; a plan may take hundreds of megabytes
  tried.push_back(std::move(first));
  Choice choice{{}, run_on(kernel, tried).front()};
  choice.plans = std::move(tried.front());
  for (Plans& other : other_plans(devices_, job, choice.plans)) {
    tried.front() = std::move(other);
    const JobResult result = run_on(kernel, tried).front();
    const double margin = kMargin * static_cast<double>(result.time.count);
    if (margin < static_cast<double>(choice.result.time.count)) {
      choice = {std::move(tried.front()), result};
    }
  }
  return choice;
}

JobResult Session::run(const LayerJob& job) {
  return choose(kernel_, job, plan_job(devices_, job)).result;
}

std::vector<JobResult> Session::run(const std::vector<LayerJob>& jobs, models::Recorder* recorder) {
  std::vector<Plans> plans;
  for (const LayerJob& job : jobs) {
    plans.push_back(plan_job(devices_, job));
    if (other_plans(devices_, job, plans.back()).empty()) continue;
    plans.back() = choose(trials_, job, std::move(plans.back())).plans;
  }
  return run_plans(plans, recorder);
}

std::vector<JobResult> Session::run_plans(const std::vector<Plans>& plans,
                                          models::Recorder* recorder) {
  return run_on(kernel_, plans, recorder);
}

std::vector<JobResult> Session::run_on(KernelPointer& kernel, const std::vector<Plans>& plans,
                                       models::Recorder* recorder) {
  if (!kernel || kernel->failed()) kernel = std::make_unique<Kernel>(hardware_, devices_);
  return kernel->run(plans, recorder);
}

}  // namespace h4h::sim
