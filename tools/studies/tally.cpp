#include "tools/studies/tally.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace h4h::studies {

Tally tally(const std::vector<JudgedClaim>& claims) {
  Tally tally;
  for (const JudgedClaim& judged : claims) {
    const Claim& claim = judged.claim;
    Count& count =
        claim.is_variant() ? tally.variants : tally.kinds.at(static_cast<std::size_t>(claim.kind));
    ++count.claims;
    if (judged.verdict == Verdict::holds) ++count.hold;
  }
  return tally;
}

std::string Tally::text() const {
  const Count& tested = of(ClaimKind::tested);
  std::vector<std::string> others;
  const auto add = [&](const Count& count, std::string_view name) {
    if (count.claims > 0)
      others.push_back(fmt::format("{} of {} {}", count.hold, count.claims, name));
  };
  for (const ClaimKind kind : kClaimKinds) {
    if (kind != ClaimKind::tested) add(of(kind), to_string(kind));
  }
  add(variants, variants.claims == 1 ? "variant" : "variants");
  std::string counted = fmt::format("{} of {} tested claims hold.", tested.hold, tested.claims);
  if (others.empty()) return counted;
  return fmt::format("{} Not counted: {}.", counted, fmt::join(others, ", "));
}

}  // namespace h4h::studies
