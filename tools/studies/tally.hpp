#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/studies/claims.hpp"

namespace h4h::studies {

// Claims, and those of them that hold.
struct Count {
  std::size_t claims = 0, hold = 0;
};

// By kind, variants apart.
struct Tally {
  std::array<Count, kClaimKinds.size()> kinds{};
  Count variants;

  const Count& of(ClaimKind kind) const { return kinds.at(static_cast<std::size_t>(kind)); }
  // "12 of 15 tested claims hold. Beside them, not counted: 8 of 8 structural, ...".
  std::string text() const;
};

Tally tally(const std::vector<JudgedClaim>& claims);

}  // namespace h4h::studies
