#include <cstddef>
#include <cstdint>
#include <string_view>

#include "nas/space/genotype_line.hpp"
#include "nas/space/load.hpp"

// Any line is about one network, or says what is wrong with it in one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h::nas;
  static const Space space = load_space(H4H_SOURCE_DIR "/nas/spaces/toy.yaml");
  const Asked asked = read_line(space, {reinterpret_cast<const char*>(data), size});
  const int given = (asked.genotype ? 1 : 0) + (asked.network ? 1 : 0) + (asked.error ? 1 : 0);
  if (given != 1 || asked.id.empty() || asked.id.find('\n') != std::string::npos) __builtin_trap();
  if (asked.error && asked.error->find('\n') != std::string::npos) __builtin_trap();
  if (asked.genotype && space.canonical(*asked.genotype) != *asked.genotype) __builtin_trap();
  return 0;
}
