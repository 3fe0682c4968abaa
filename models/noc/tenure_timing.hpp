#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/enum_values.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

enum class Side { npu, cim };
constexpr std::size_t kSides = kEnumCount<Side>;

// Who may use the link. A tenure is one uninterrupted hold by one side; the streams a side asks for
// together run inside one hold, and others of its streams may join as long as the other side does
// not wait. Plain arithmetic of requests, without time but for the warm-up.
class TenureArbiter {
 public:
  TenureArbiter(platforms::Exclusivity exclusivity, Picoseconds warm_up)
      : exclusivity_(exclusivity), warm_up_(warm_up) {}

  // A new layer: nobody owns the link, `working` sides will ask for it.
  void start_layer(std::array<bool, kSides> working);

  void request(Side side) { ++waiting_.at(index(side)); }
  // Which side's waiting requests may all enter now; nullopt where nobody's may.
  std::optional<Side> grant(Picoseconds now);
  void release(Side side) { --inside_.at(index(side)); }
  // The side has no more streams in this layer.
  void finish(Side side) { working_.at(index(side)) = false; }

  // When streams of `side` may move their first byte.
  Picoseconds ready(Side side) const { return ready_.at(index(side)); }
  std::int64_t link_turnarounds() const { return link_turnarounds_; }
  std::int64_t inside(Side side) const { return inside_.at(index(side)); }
  std::int64_t waiting(Side side) const { return waiting_.at(index(side)); }

 private:
  static std::size_t index(Side side) { return static_cast<std::size_t>(side); }
  static Side other(Side side) { return side == Side::npu ? Side::cim : Side::npu; }
  bool may_enter(Side side) const;
  void admit(Side side, Picoseconds now);

  platforms::Exclusivity exclusivity_;
  Picoseconds warm_up_;
  std::optional<Side> owner_;
  std::array<bool, kSides> working_{};
  std::array<bool, kSides> warm_{};
  std::array<std::int64_t, kSides> waiting_{}, inside_{};
  std::array<Picoseconds, kSides> ready_{};
  std::int64_t link_turnarounds_ = 0;
};

}  // namespace h4h::models
