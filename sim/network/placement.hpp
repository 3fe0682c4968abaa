#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/memory/layout.hpp"
#include "platforms/description/platform.hpp"
#include "sim/job/layer_job.hpp"
#include "sim/network/cascade.hpp"
#include "sim/network/spills.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {

// Where every tensor lies, and how.
struct Placement {
  std::vector<models::Layout> layouts;  // per tensor
  std::vector<MemoryLevel> levels;  // per tensor, external if only in part; a view shares its own's
  // Per tensor: rows from the first one on that lie in the SRAM.
  std::vector<std::int64_t> sram_rows;
  // Most activation bytes in the SRAM at once, states included, what spills not counted; and when:
  // "layer 'NAME'", or an operator of the host.
  std::int64_t peak_bytes = 0;
  std::string peak_at;
  // Per layer: the same during the layer, and operators of the host right before it; of the last
  // layer, behind it, too.
  std::vector<std::int64_t> alive_bytes;
  std::int64_t spilled_tensor_bytes = 0;  // of all tensors in the external memory

  // Where rows of a tensor lie; external if some of them do.
  MemoryLevel level(workloads::TensorId tensor, const workloads::Rows& rows) const {
    return rows.end <= sram_rows.at(tensor) ? MemoryLevel::sram : MemoryLevel::external;
  }
};

// Everything in the SRAM, whatever its size. Here and below, what the layers of a cascade hand on
// takes the bytes of the rows that its buffer holds. All that a cascade reads, makes and hands on
// is alive from its first stripe to its last; with Halo::recompute, what it hands on is alive only
// from the layer that makes it to the last one that reads it. Throws as stripes_of.
Placement place_in_sram(const workloads::Network& network,
                        const std::vector<Cascade>& cascades = {});

// The most bytes alive in a cascade, of alive_bytes.
std::int64_t alive_in(const Placement& placement, const Cascade& cascade);

// As long as the SRAM overflows, the largest tensor alive at the fullest layer moves to the
// external memory for all its life; by rows, only as many of its last rows as must, where all that
// make and read it work by rows. Inputs, outputs and tensors of the host stay in one piece. States
// stay.
Placement place_with_spills(const workloads::Network& network, std::int64_t sram_bytes,
                            const std::vector<Cascade>& cascades = {}, Spill by = Spill::tensors);

// The most bytes of activations that are alive at once, as stored: the SRAM that the network needs
// if nothing is to spill. Of the network alone, whatever SRAM there is.
std::int64_t peak_activation_bytes(const workloads::Network& network);

// What the network keeps in the SRAM from one inference to the next.
std::int64_t state_bytes(const workloads::Network& network);

}  // namespace h4h::sim
