#include <cstddef>
#include <cstdint>
#include <string>

#include "nas/recipe/lengths.hpp"
#include "nas/recipe/load.hpp"
#include "tests/fuzz/scratch_file.hpp"

namespace {

// With so many steps; none where the recipe has more phases, or is as long as another costs.
void write_and_read(const h4h::nas::Recipe& recipe) {
  using namespace h4h;
  std::string text;
  try {
    text = nas::format_recipe(nas::with_steps(recipe, 100));
  } catch (const nas::RecipeError&) {
    return;
  }
  if (nas::format_recipe(nas::parse_recipe(text, "again.yaml")) != text) __builtin_trap();
}

}  // namespace

// Any text is a recipe that survives being written and read, or is refused with a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h4h;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    write_and_read(nas::load_recipe(tests::scratch_file("fuzz.yaml", text).string()));
  } catch (const nas::RecipeError&) {
    return 0;
  }
  return 0;
}
