#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/document.hpp"

namespace h4h::nas {

// What the user of a training chose; with the files named here it decides every bit of the result.
struct TrainArguments {
  std::string space;  // file
  std::string data = "fashion-mnist";
  std::string recipe;
  std::int64_t steps = 800, batch = 64, networks = 4;
  double learning_rate = 6e-3;
  std::uint64_t seed = 0;
  std::string distillation = "none", augmentation = "crop_flip";
  bool bf16 = false;
  std::string device = "cpu";
  std::int64_t threads = 1;
  std::string space_text;  // what the file `space` defines, as format_space writes it
};

inline constexpr std::uint64_t kMaxSeed = INT64_MAX;

// The words that some of them may be.
inline const std::vector<std::string> kDistillations{"none", "kl"};
inline const std::vector<std::string> kAugmentations{"none", "crop_flip", "auto_augment",
                                                     "resized_crop", "resized_crop_auto_augment"};
inline const std::vector<std::string> kDevices{"cpu", "cuda"};
std::vector<std::string> recipe_names();

// Throw std::invalid_argument: "--steps must be 2..100000000, not 1".
void check_range(const char* option, std::int64_t value, std::int64_t low, std::int64_t high);
void check_positive(const char* option, double value);  // and at most 1e6
// Of everything that is neither a file nor depends on the machine.
void check(const TrainArguments& arguments);

// The keys in the order above.
Document to_document(const TrainArguments& arguments);
// Throws std::invalid_argument; what is read has passed `check`.
TrainArguments train_arguments(const Document& document);

// The first argument that differs, as "steps is 300 there and 600 here".
std::optional<std::string> difference(const TrainArguments& there, const TrainArguments& here);

}  // namespace h4h::nas
