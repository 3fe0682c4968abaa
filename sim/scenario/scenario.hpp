#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/enum_values.hpp"
#include "models/time/picoseconds.hpp"
#include "sim/mapping/mapper.hpp"

namespace h4h::sim {

// A scenario file that is wrong: "file:line: message", a line for each mistake.
class ScenarioError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Which of the frames that wait runs next: the one whose deadline is first, or the one of the
// stream that stands first in the file.
enum class Policy { deadline, order };
inline constexpr auto& kPolicies = kEnumValues<Policy>;
std::string_view to_string(Policy policy);

// What the chip does when nothing waits: stays powered, or sleeps (keys `sleep.*`).
enum class Idle { on, sleep };
inline constexpr auto& kIdles = kEnumValues<Idle>;
std::string_view to_string(Idle idle);

// A network that runs again and again: at a rate of its own, or on what another stream has
// computed.
struct Stream {
  std::string name;
  std::string network;  // as the file names it
  std::string found{};  // the same, or the path of what stands beside the file under this name
  int line = 0;         // of the file
  Strategy mapping = Strategy::automatic;
  models::Picoseconds period{}, offset{};  // of frames; without meaning where it is `after` another
  std::optional<std::size_t> after{};      // a stream above this one
  models::Picoseconds deadline{};          // from the arrival of the frame
};

// Several networks with rates and deadlines on one chip, in the style of XRBench (Kwon et al.,
// MLSys 2023).
struct Scenario {
  std::string name;
  models::Picoseconds duration{};  // frames arrive until then
  Policy policy = Policy::deadline;
  Idle idle = Idle::on;
  std::vector<Stream> streams;
};

// A period is 1 / rate, rounded up to whole picoseconds; a deadline that is left out is the period
// of the stream, or of the one that a chain begins with. At most kMostFrames arrive. Throws
// ScenarioError.
inline constexpr std::int64_t kMostFrames = 1'000'000;
Scenario load_scenario(const std::filesystem::path& file);

}  // namespace h4h::sim
