#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// A job on its way to somebody who simulates it.
struct Ask {
  std::uint64_t ticket = 0;
  std::string hardware;  // platforms::layer_text
  std::string job;       // encoded
};

struct Answer {
  std::uint64_t ticket = 0;
  std::variant<JobResult, std::string> result;  // or why there is none
};

// Others that simulate jobs while this process continues: processes of this machine, or of several.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void submit(Ask ask) = 0;
  // An answer to any of what was submitted; without `wait` nullopt where none has come yet, with it
  // only where nothing is left to wait for.
  virtual std::optional<Answer> receive(bool wait) = 0;
};

}  // namespace h4h::sim
