#include <cstddef>
#include <cstdint>
#include <string>

#include "nas/random/random.hpp"
#include "nas/space/load.hpp"
#include "tests/fuzz/scratch_file.hpp"

namespace {

// A network of the space, where its layers fit.
void build(const h4h::nas::Space& space, const h4h::nas::Genotype& genotype) {
  if (space.canonical(genotype) != genotype) __builtin_trap();
  if (space.parse(space.text(genotype)) != genotype) __builtin_trap();
  try {
    space.network(genotype);
  } catch (const h4h::workloads::NetworkError&) {
    return;
  }
}

}  // namespace

// Any text is a space that survives being written and read, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const nas::Space space = nas::load_space(tests::scratch_file("fuzz.yaml", text).string());
    const nas::Space again =
        nas::load_space(tests::scratch_file("again.yaml", nas::format_space(space)).string());
    if (!(again.genes() == space.genes())) __builtin_trap();
    nas::Random random(1);
    for (const nas::Genotype& genotype : {space.min(), space.max(), space.sample(random)}) {
      build(space, genotype);
    }
  } catch (const nas::SpaceError&) {
    return 0;
  }
  return 0;
}
