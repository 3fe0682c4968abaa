#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platforms/description/platform.hpp"
#include "workloads/ir/network.hpp"
#include "workloads/ir/rows.hpp"

namespace h4h::sim {

// Layers that run in row stripes, as Arm's compiler fuses them (Vela 5.1.0: cascades): for every
// `rows` rows of the last layer's output, each layer makes the rows that those need. What they hand
// on lies in buffers of a few rows in the SRAM. Weights that do not stay are read for each stripe.
//   Halo::keep       rolling buffers: rows that the next stripe reads again stay there, none is
//                    computed twice
//   Halo::recompute  every stripe computes all rows that it needs, as fused tiles do (Alwani et
//                    al., MICRO 2016; MCUNetV2's patches, Lin et al., NeurIPS 2021): through n
//                    layers of 3x3 windows, n more rows on either side. Between stripes nothing is
//                    kept, so layers that are not neighbours may use the same bytes
struct Cascade {
  std::size_t first = 0, last = 0;  // of the layers in file order, all between included
  std::int64_t rows = 1;
  platforms::Halo halo = platforms::Halo::keep;  // as the platform says (map_network)

  friend bool operator==(const Cascade& a, const Cascade& b) {
    return a.first == b.first && a.last == b.last && a.rows == b.rows && a.halo == b.halo;
  }
};

// Rows of a layer's output that are made in one go; all of them outside cascades. Those of a
// cascade with Halo::recompute overlap.
struct Stripe {
  std::size_t layer = 0;
  workloads::Rows rows;
};

// Which layers may be in a cascade together: made once, for every question about one network.
class CascadeRules {
 public:
  explicit CascadeRules(const workloads::Network& network);

  // Why layers first .. last cannot run in stripes; "" where they can. All must work by rows, and
  // nobody outside may read what any but the last makes.
  std::string refusal(std::size_t first, std::size_t last) const;
  // The last layer that may end a cascade that begins with `first`; `first` where there is none.
  std::size_t longest(std::size_t first) const;

 private:
  bool striped(std::size_t layer) const { return reasons_[layer].empty(); }

  std::vector<std::string> names_;
  std::vector<std::string> reasons_;       // of each layer that is in no cascade; else ""
  std::vector<std::size_t> last_readers_;  // of each layer's output; beyond all: outside
  std::vector<bool> host_before_;          // an operator of the host runs right before the layer
};

// What a network does, in order. `cascades` do not overlap and are in file order. Throws
// std::invalid_argument where they cannot run, or have more rows than the output of their last.
std::vector<Stripe> stripes_of(const workloads::Network& network,
                               const std::vector<Cascade>& cascades);

// What one cascade that can run does, in order.
std::vector<Stripe> cascade_stripes(const workloads::Network& network, const Cascade& cascade);

// Rows that the buffer of each layer's output holds, by position from `first` on, for all layers of
// the cascade but the last: the most that are made and will still be read, at any time.
std::vector<std::int64_t> rolling_rows(const workloads::Network& network, const Cascade& cascade);

}  // namespace h4h::sim
