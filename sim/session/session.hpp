#pragma once

#include <memory>
#include <stdexcept>
#include <vector>

#include "models/counts/timeline.hpp"
#include "platforms/description/platform.hpp"
#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// A run that stopped before its layers were done; the message is the state of each part.
class NoProgress : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An elaborated chip in a SystemC kernel of its own: the only code that touches the kernel's
// globals. Sessions may live side by side, in several threads too, each used by one thread at a
// time; they run one at a time, so threads wait for each other, and fork() waits for the one that
// runs.
class Session {
 public:
  explicit Session(const platforms::Hardware& hardware);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // With the plan of plan_job, or with one of other_plans where that is faster by more than 2 % (an
  // assumption, see models/README.md). Here and below: throws NoProgress, and what plan_job throws.
  JobResult run(const LayerJob& job);

  // All jobs one after another in one kernel run, as a whole network, each with the plan that `run`
  // takes for it. Tells `recorder` what the parts do, times counted from the session's start.
  std::vector<JobResult> run(const std::vector<LayerJob>& jobs,
                             models::Recorder* recorder = nullptr);

  // The same for plans that are there already. After NoProgress the session is of no further use;
  // after another exception it begins anew.
  std::vector<JobResult> run_plans(const std::vector<Plans>& plans,
                                   models::Recorder* recorder = nullptr);

 private:
  class Kernel;
  using KernelPointer = std::unique_ptr<Kernel>;
  struct Choice {
    Plans plans;
    JobResult result;
  };
  Choice choose(KernelPointer& kernel, const LayerJob& job, Plans first);
  // In a new kernel where there is none, or one that failed.
  std::vector<JobResult> run_on(KernelPointer& kernel, const std::vector<Plans>& plans,
                                models::Recorder* recorder = nullptr);

  platforms::Hardware hardware_;
  models::Devices devices_;
  KernelPointer kernel_;
  KernelPointer trials_;  // of plans that are compared before a run and take none of its time
};

}  // namespace h4h::sim
