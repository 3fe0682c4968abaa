#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/memory/burst.hpp"
#include "models/noc/stream_port.hpp"
#include "models/time/sc_time.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::models {

// A memory behind a link: adds its latency to what is read, names its bandwidth, counts bytes. A
// transaction must have a StreamInfo.
class MemoryModule : public sc_core::sc_module {
 public:
  MemoryModule(sc_core::sc_module_name name, const platforms::Memory& memory)
      : sc_module(name), target("target"), memory_(memory) {
    target.register_b_transport(this, &MemoryModule::b_transport);
  }

  std::int64_t bytes() const { return bytes_; }

  tlm_utils::simple_target_socket<MemoryModule> target;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    StreamInfo* info = payload.get_extension<StreamInfo>();
    info->memory_bandwidth = memory_.bandwidth;
    info->occupied = info->bytes;
    if (info->in_flight.bursts > 0) {
      info->occupied = occupied_bytes(memory_, info->bytes, info->run);
      info->limit = limit(info->in_flight);
    }
    bytes_ += info->bytes;
    // Assumption: writes are posted, whoever sends them does not wait for the memory.
    if (payload.is_read()) delay += to_sc_time({memory_.latency_ps});
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }

  // Divided once: most streams ask as the one before did.
  std::int64_t limit(const InFlight& in_flight) {
    if (!(in_flight == in_flight_)) {
      in_flight_ = in_flight;
      limit_ = burst_rate(memory_, in_flight);
    }
    return limit_;
  }

  platforms::Memory memory_;
  std::int64_t bytes_ = 0;
  InFlight in_flight_;
  std::int64_t limit_ = INT64_MAX;
};

}  // namespace h4h::models
