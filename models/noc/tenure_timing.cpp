#include "models/noc/tenure_timing.hpp"

namespace h4h::models {

void TenureArbiter::start_layer(std::array<bool, kSides> working) {
  owner_.reset();
  working_ = working;
  warm_ = {};
  link_turnarounds_ = 0;
}

bool TenureArbiter::may_enter(Side side) const {
  if (waiting(side) == 0) return false;
  if (exclusivity_ == platforms::Exclusivity::none) return true;
  const bool held_by_other = inside(other(side)) > 0;
  if (exclusivity_ == platforms::Exclusivity::layer) {
    return !held_by_other && (!owner_ || *owner_ == side || !working_.at(index(*owner_)));
  }
  // One's own hold goes on only while the other side does not wait for it.
  return !held_by_other && (inside(side) == 0 || waiting(other(side)) == 0);
}

std::optional<Side> TenureArbiter::grant(Picoseconds now) {
  // Round robin: the side that did not hold the link last goes first; the NPU on a tie.
  const Side first = owner_ ? other(*owner_) : Side::npu;
  for (const Side side : {first, other(first)}) {
    if (!may_enter(side)) continue;
    admit(side, now);
    return side;
  }
  return std::nullopt;
}

void TenureArbiter::admit(Side side, Picoseconds now) {
  const bool shared = exclusivity_ == platforms::Exclusivity::none;
  const bool gains = shared ? !warm_.at(index(side)) : owner_ != side;
  if (gains) {
    ready_.at(index(side)) = now + warm_up_;
    ++link_turnarounds_;
  }
  owner_ = side;
  warm_.at(index(side)) = true;
  inside_.at(index(side)) += waiting_.at(index(side));
  waiting_.at(index(side)) = 0;
}

}  // namespace h4h::models
