#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/text/hash.hpp"
#include "nas/train/checkpoint.hpp"

namespace {

void read(const std::string& bytes) {
  using namespace h4h::nas;
  try {
    const TrainingCheckpoint checkpoint = checkpoint_of(bytes, "checkpoint.bin");
    for (const auto& [name, parameter] : checkpoint.state.parameters) {
      if (!torch::isfinite(parameter.value).all().item<bool>()) __builtin_trap();
    }
    if (to_bytes(checkpoint).empty()) __builtin_trap();
  } catch (const TrainingFileError&) {
    return;
  }
}

}  // namespace

// Any bytes, also with the checksum that belongs to them, are a checkpoint of a training with
// finite values, or are refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  const std::uint64_t sum = h4h::fnv1a(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  read(bytes);
  return 0;
}
