#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm>

#include <algorithm>
#include <cstdint>

#include "models/counts/timeline.hpp"
#include "models/memory/burst.hpp"
#include "models/noc/link_timing.hpp"
#include "models/noc/tenure_timing.hpp"
#include "models/time/sc_time.hpp"

namespace h4h::models {

// Memories of a link, in the order of binding. A weight port of its own has the weights alone.
enum MemoryIndex : std::size_t { kSram = 0, kExternal = 1, kWeightsOnNoc = 2, kWeightsOnPort = 0 };

// Addresses name memories, not bytes: the index of a memory on its link stands above this bit.
constexpr int kMemoryShift = 40;

// What a transaction carries besides its payload. One transaction is one stream of a tile.
struct StreamInfo : tlm::tlm_extension<StreamInfo> {
  DeviceId device = 0;                // written by the initiator, read by the link
  std::int64_t bytes = 0;             // written by the initiator; the payload's length is 32 bits
  std::int64_t order = 0;             // written by the initiator: which work it serves
  Picoseconds requested_at;           // written by the initiator: since when its buffer was free
  std::int64_t run = 0;               // written by the initiator: bytes that lie together
  InFlight in_flight;                 // written by the initiator: what it may have under way
  std::int64_t memory_bandwidth = 0;  // written by the memory, read by the link
  std::int64_t occupied = 0;          // written by the memory, read by the link: with wasted bursts
  std::int64_t limit = INT64_MAX;     // written by the memory, read by the link: bytes per second
  Picoseconds started_at;             // written by the link: the first byte

  void free() override {}  // it is a member of its initiator
  tlm::tlm_extension_base* clone() const override { return new StreamInfo(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const StreamInfo&>(other);
  }
};

// An initiator that moves one stream at a time over a link, waiting until its last byte.
class StreamPort {
 public:
  StreamPort(const char* name, Lane lane, Lane spill_lane, DeviceId device, Direction direction)
      : socket(name), lane_(lane), spill_lane_(spill_lane), device_(device) {
    info_.device = device;
    info_.run = INT64_MAX;
    payload_.set_command(direction == Direction::read ? tlm::TLM_READ_COMMAND
                                                      : tlm::TLM_WRITE_COMMAND);
    payload_.set_extension(&info_);
  }
  ~StreamPort() { payload_.clear_extension(&info_); }
  StreamPort(const StreamPort&) = delete;
  StreamPort& operator=(const StreamPort&) = delete;

  // Nothing may be asked for before a layer starts.
  void start_layer() { layer_start_ = previous_start_ = now(); }

  // Bursts of at most this many at a time, of no more than lies in one run. Any where never said.
  void set_outstanding(std::int64_t bursts) { info_.in_flight = {bursts}; }
  void set_in_flight(const InFlight& in_flight) { info_.in_flight = in_flight; }
  void set_run(std::int64_t bytes) { info_.run = bytes; }

  // A request need not wait until the stream before has begun: all that may be under way (see
  // set_in_flight) hides the latency.
  void set_pipelined(bool pipelined) { pipelined_ = pipelined; }

  // Called from an SC_THREAD. `memory`: its index on the link. `order`: position of the work it
  // serves, earlier work goes first. Returns when the stream has passed; at once for no bytes. The
  // request is sent when a buffer is free and the stream before has begun: earlier data hides the
  // latency of the memory where there is any.
  void transfer(std::size_t memory, std::int64_t bytes, std::int64_t order,
                Picoseconds free_since) {
    if (bytes == 0) return;
    info_.bytes = bytes;
    info_.order = order;
    info_.requested_at =
        pipelined_ ? std::max(free_since, layer_start_) : std::max(free_since, previous_start_);
    payload_.set_address(static_cast<sc_dt::uint64>(memory) << kMemoryShift);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload_, delay);
    previous_start_ = info_.started_at;
    if (recorder_ != nullptr) {
      const Lane lane = memory == kExternal ? spill_lane_ : lane_;
      recorder_->record(device_, lane, info_.started_at, now(), bytes);
    }
    if (payload_.is_response_error()) {
      // SC_REPORT_ERROR would put the place where this file was compiled into the program.
      sc_core::sc_report_handler::report(sc_core::SC_ERROR, "h4h",
                                         payload_.get_response_string().c_str(),
                                         "models/noc/stream_port.hpp", __LINE__);
    }
  }

  void record(Recorder* recorder) { recorder_ = recorder; }

  tlm_utils::simple_initiator_socket<StreamPort> socket;

 private:
  Lane lane_, spill_lane_;
  DeviceId device_;
  tlm::tlm_generic_payload payload_;  // of one stream after another
  StreamInfo info_;
  Picoseconds layer_start_, previous_start_;
  bool pipelined_ = false;
  Recorder* recorder_ = nullptr;
};

}  // namespace h4h::models
