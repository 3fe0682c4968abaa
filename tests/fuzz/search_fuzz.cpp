#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/json/json_parser.hpp"
#include "nas/report/fronts.hpp"
#include "nas/search/checkpoint.hpp"
#include "nas/space/load.hpp"
#include "sim/report/checksum.hpp"
#include "tests/fuzz/scratch_file.hpp"

namespace {

using namespace h4h;

void check(const nas::SearchState& state, const nas::Space& space) {
  for (const auto* candidates : {&state.evaluated, &state.control}) {
    for (const nas::Candidate& c : *candidates) {
      if (space.canonical(c.genotype) != c.genotype) __builtin_trap();
      if (!(c.cost.latency_s >= 0) || !std::isfinite(c.cost.energy_j)) __builtin_trap();
      if (c.accuracy && !(*c.accuracy >= 0 && *c.accuracy <= 1)) __builtin_trap();
    }
  }
  for (const std::size_t i : state.population) {
    if (i >= state.evaluated.size()) __builtin_trap();
  }
}

void read_as_checkpoint(const std::string& text) {
  static const nas::Space space = nas::load_space(H4H_SOURCE_DIR "/nas/spaces/toy.yaml");
  static const nas::Problem problem;
  static const nas::SearchSettings settings{nas::Algorithm::nsga2, 4, 16, 1, {}};
  static const nas::Description description =
      nas::describe(space, "chip", "table", problem, settings);
  try {
    check(nas::parse_checkpoint(text, {description, space, problem, settings}), space);
  } catch (const nas::CheckpointError&) {
    return;
  }
}

void read_as_front(const std::string& text) {
  try {
    const auto file = tests::scratch_file("search.json", text);
    for (const nas::FrontNetwork& n : nas::read_front(file.parent_path()).networks) {
      if (!(n.latency_s > 0) || !(n.accuracy >= 0 && n.accuracy <= 1)) __builtin_trap();
    }
  } catch (const nas::FrontsError&) {
    return;
  }
}

}  // namespace

// Any object with the checksum that belongs to it is a checkpoint (or the result) of a search whose
// values a search can have, or is refused with a message; so is any text without.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_as_checkpoint(text);
  read_as_front(text);
  try {
    const Document document = parse_json(text);
    if (!document.is_object()) return 0;
    const std::string whole = sim::json_with_checksum(document);
    if (!sim::has_valid_checksum(whole)) __builtin_trap();
    read_as_checkpoint(whole);
    read_as_front(whole);
  } catch (const DocumentError&) {
    return 0;
  }
  return 0;
}
