#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/file/input_file.hpp"
#include "base/text/hash.hpp"
#include "nas/train/arguments.hpp"
#include "nas/train/trainer.hpp"

namespace h4h::nas {

// A file that is no checkpoint, or a damaged one: "FILE: why".
class TrainingFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TrainingCheckpoint {
  TrainArguments arguments;         // of the command
  std::uint64_t metrics_bytes = 0;  // of metrics.jsonl that belong to these steps
  std::string metrics_checksum{};   // of those, by LineChecksum; empty where it is not known
  TrainerState state{};
};

// Values and both moments of 170 million parameters.
inline constexpr FileLimit kCheckpointLimit{"training checkpoint", std::uint64_t{2} << 30};

// A checksum over lines, each with its end, that grows with them: 16 hexadecimal digits.
class LineChecksum {
 public:
  void add(std::string_view line) { text_ = text_hash(text_ + std::string(line)); }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = text_hash("");
};

// Format "h4h.checkpoint/3": a line of JSON that names every tensor and its sizes, then their
// values, float, little-endian, in that order, then fnv1a of all of that, eight bytes,
// little-endian. The same checkpoint is the same bytes.
std::string to_bytes(const TrainingCheckpoint& checkpoint);
// Compares the checksum before anything is parsed; reads format 2 too, which had another checksum
// and none of the metrics. Throws TrainingFileError, also for arguments that no command line may
// have, a step that is not one of theirs and values that are not finite. Groups and roles of
// parameters are not in the file.
TrainingCheckpoint checkpoint_of(const std::string& bytes, const std::string& file);
TrainingCheckpoint read_checkpoint(const std::filesystem::path& file);

}  // namespace h4h::nas
