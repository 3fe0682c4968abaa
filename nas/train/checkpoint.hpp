#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/file/input_file.hpp"
#include "base/json/document.hpp"
#include "nas/train/trainer.hpp"

namespace h4h::nas {

// A file that is no checkpoint, or a damaged one: "FILE: why".
class TrainingFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct TrainingCheckpoint {
  Document arguments;               // of the command
  std::uint64_t metrics_bytes = 0;  // of metrics.jsonl that belong to these steps
  TrainerState state;
};

// Values and both moments of 170 million parameters.
inline constexpr FileLimit kCheckpointLimit{"training checkpoint", std::uint64_t{2} << 30};

// A line of JSON that names every tensor and its sizes, then their values, float, little-endian, in
// that order, then a checksum. The same checkpoint is the same bytes.
std::string to_bytes(const TrainingCheckpoint& checkpoint);
// Throws TrainingFileError. Groups and roles of parameters are not in the file.
TrainingCheckpoint checkpoint_of(const std::string& bytes, const std::string& file);
TrainingCheckpoint read_checkpoint(const std::filesystem::path& file);

}  // namespace h4h::nas
