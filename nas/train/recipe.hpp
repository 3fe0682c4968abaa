#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nas/supernet/parameter_specs.hpp"

namespace h4h::nas {

// A set of parameter groups.
class GroupSet {
 public:
  constexpr GroupSet(std::initializer_list<ParameterGroup> groups) {
    for (const ParameterGroup group : groups) bits_ |= 1U << static_cast<unsigned>(group);
  }
  constexpr bool has(ParameterGroup group) const {
    return (bits_ >> static_cast<unsigned>(group) & 1U) != 0;
  }

 private:
  unsigned bits_ = 0;
};

enum class SubspaceKind { whole, cnn_only };  // cnn_only: every transformer stage at depth 0

struct Phase {
  std::string_view name;
  SubspaceKind subspace;  // where subnets are drawn from
  GroupSet trained;       // all other parameters stay as they are, to the bit
  std::int64_t length;    // relative to the other phases of its recipe
};

// How a supernet is trained: phases, one behind the other. Each starts the optimiser and the
// learning rate's schedule anew.
struct Recipe {
  std::string_view name, summary;
  std::array<Phase, 2> phases;
  std::size_t count;  // of phases

  const Phase* begin() const { return phases.data(); }
  const Phase* end() const { return phases.data() + count; }
};

// vanilla, tpi-freeze, tpi-unfreeze, cnn-only: H4H paper, section 4.1 and table 2.
const std::vector<Recipe>& recipes();
// nullptr where there is none.
const Recipe* find_recipe(std::string_view name);

struct PhaseSpan {
  Phase phase;
  std::int64_t begin, end;  // steps
};

// `steps` dealt to the phases by their length, the first rounded, at least one each. Throws
// std::invalid_argument for fewer steps than phases.
std::vector<PhaseSpan> spans(const Recipe& recipe, std::int64_t steps);

}  // namespace h4h::nas
