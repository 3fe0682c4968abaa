#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/validation/agreement.hpp"
#include "sim/validation/reference.hpp"
#include "sim/validation/validation.hpp"

namespace h4h::sim {

// A member of the NPU family beside the figures of Arm's compiler: each layer by itself, simulated.

struct FamilyCheck {
  std::string id, op, system;
  std::int64_t macs_per_cycle = 0;
  Compared cycles;            // of an Ethos-U85 `legacy` is Regor's figure, too: there is no other
  double hardware_steps = 0;  // ours with npu.traversal=hardware, where `cycles` has `estimator`
};

struct FamilyValidation {
  platforms::NpuType type = platforms::NpuType::ethos_u65;
  std::vector<FamilyCheck> checks;
};

// Reads npu_family_layers.csv and npu_u65.csv or npu_u85.csv below `files.reference`, and simulates
// each row on the platform ethos-u65-SYSTEM or ethos-u85-SYSTEM below `files.platforms`. The layers
// of an Ethos-U85 run with the kernel steps that Regor charges and with those of the hardware.
// Throws CsvError, PlatformError or NetworkError for files that are missing or wrong.
FamilyValidation validate_family(const ValidationFiles& files, platforms::NpuType type);

// Layers of one kind on one size: ours beside the nearer estimator, in ln.
struct FamilyGroup {
  std::string
      name;  // convolution, depthwise, pointwise, fc, matmul, softmax, elementwise, pool, mean
  std::int64_t macs_per_cycle = 0;  // 0: all sizes
  std::size_t count = 0;
  double bias = 0, mean = 0, inside = 0;
  double hardware_bias = 0, hardware_mean = 0;  // with the kernel steps of the hardware
};

// By kind, all sizes and then each, of the systems that are judged; or of the others.
std::vector<FamilyGroup> family_groups(const FamilyValidation& validation, bool judged);

// Which bound a group has; 0: none.
double family_bound(const std::string& group);

// One for every kind that has a bound, over all sizes.
std::vector<Verdict> family_verdicts(const FamilyValidation& validation);

}  // namespace h4h::sim
