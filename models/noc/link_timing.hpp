#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/time/picoseconds.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

enum class Direction { read, write };  // as the initiator sees it

// A stream asks for bytes at most at the rate of the memory at its other end, and at its own.
struct StreamDemand {
  Direction direction = Direction::read;
  std::int64_t bytes = 0;
  std::size_t memory = 0;             // streams of one memory and direction share its bandwidth
  std::int64_t memory_bandwidth = 0;  // bytes per second; equal for streams of one memory
  std::int64_t order = 0;             // of the work it serves; earlier work goes first
  std::int64_t limit = INT64_MAX;     // of this stream alone, bytes per second
};

// Rates (bytes per second) of streams that interleave by burst: what earlier work leaves over goes
// to later work; streams of equal order share max-min fairly, each getting an equal part of what
// limits it (progressive filling: Bertsekas and Gallager, Data Networks, 1992, section 6.5.2). No
// capacity stays unused while somebody could use it, but for rounding down; a rate may be 0.
// `bandwidth`: of the link, bytes per second; of each direction where full duplex. Assumption: the
// H4H paper does not say how its NoC arbitrates inside a hold.
std::vector<std::int64_t> fair_rates(const std::vector<StreamDemand>& streams,
                                     std::int64_t bandwidth, platforms::Duplex duplex);

// The arithmetic of a link that several streams use at once. Plain: somebody else owns the clock
// and calls with times that never decrease. `bandwidth`: as in fair_rates.
class SharedLink {
 public:
  using StreamId = std::size_t;

  SharedLink(std::int64_t bandwidth, platforms::Duplex duplex)
      : bandwidth_(bandwidth), duplex_(duplex) {}

  // `id`: the caller's name of the stream, which no other open stream has.
  void open(Picoseconds now, StreamId id, const StreamDemand& demand);
  // Removes and returns the streams whose last byte has passed by `now`, earlier work first,
  // of equal work in the order of opening. Valid until the next call.
  const std::vector<StreamId>& close_finished(Picoseconds now);
  // When the next stream finishes if none joins before; nullopt where none is open.
  std::optional<Picoseconds> next_finish() const;
  // Time with at least one stream open.
  Picoseconds busy() const { return busy_; }

 private:
  static constexpr Picoseconds kNever{INT64_MAX};

  struct Stream {
    StreamId id = 0;
    StreamDemand demand;
    std::int64_t share = 0;  // of fair_rates
    std::int64_t rate = 0;   // at which it moves
    Wide left = 0;           // when that rate began, byte-picoseconds per second: bytes x 10^12
    Picoseconds since;       // that rate has held
    Picoseconds finish;      // of the last byte, if the rate holds; kNever: it waits
  };

  void advance(Picoseconds now);
  // Work before `order` keeps its rates.
  void share_from(std::int64_t order);
  void change_rate(Stream& stream);

  std::int64_t bandwidth_;
  platforms::Duplex duplex_;
  Picoseconds now_;
  Picoseconds busy_;
  std::vector<Stream> streams_;  // earlier work first, of equal work in the order of opening
  std::vector<StreamId> finished_;
};

}  // namespace h4h::models
