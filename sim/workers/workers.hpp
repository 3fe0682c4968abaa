#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// What others are asked for: what a job takes, or how a network does on a variant of a chip.
enum class Work { job, variant };

// A request to a worker.
struct Ask {
  std::uint64_t ticket = 0;
  std::string context;  // of a job platforms::layer_text, of a variant its encoded VariantTask
  std::string item;     // a job or a variant, encoded
  Work work = Work::job;
};

// How many asks a worker has at a time. A job takes less time than its transfer, so several are
// sent ahead. A worker reads nothing while it works on a variant: a second ask might fill the
// socket in one direction while the worker fills it in the other, a deadlock.
constexpr std::size_t most_under_way(Work work) { return work == Work::job ? 64 : 1; }

// An encoded VariantNews. Others of the same ticket follow unless it is the last one.
struct Part {
  std::string bytes;
  bool last = true;
};

struct Answer {
  std::uint64_t ticket = 0;
  std::variant<JobResult, std::string, Part> result;  // a text: why there is none

  bool is_last() const {
    const auto* part = std::get_if<Part>(&result);
    return part == nullptr || part->last;
  }
};

// Others that work while this process continues: processes of this machine, or of several.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual std::size_t count() const = 0;
  virtual void submit(Ask ask) = 0;
  // An answer to any of what was submitted; without `wait` nullopt where none has come yet, with it
  // only where nothing is left to wait for.
  virtual std::optional<Answer> receive(bool wait) = 0;
};

}  // namespace h4h::sim
