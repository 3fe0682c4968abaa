#pragma once

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <array>
#include <memory>
#include <optional>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/counts/timeline.hpp"
#include "models/noc/link_timing.hpp"
#include "models/noc/stream_port.hpp"
#include "models/noc/tenure_timing.hpp"

namespace h4h::models {

// A shared link between initiators and memories, as TLM-2.0 target and initiator. A stream waits
// for its side's tenure, the warm-up, the memory's latency, and its share of the bandwidth.
class NocModule : public sc_core::sc_module {
 public:
  NocModule(sc_core::sc_module_name name, const platforms::Noc& noc);

  void start_layer(std::array<bool, kSides> working);
  void finish(Side side);

  std::int64_t read_bytes() const { return read_bytes_; }
  std::int64_t write_bytes() const { return write_bytes_; }
  std::int64_t link_turnarounds() const { return arbiter_.link_turnarounds(); }
  Picoseconds busy() const { return link_.busy(); }
  std::string state() const;
  void record(Timeline* timeline) { timeline_ = timeline; }

  tlm_utils::multi_passthrough_target_socket<NocModule> initiators;
  tlm_utils::multi_passthrough_initiator_socket<NocModule> memories;  // bound in index order

 private:
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void stream(int initiator, const StreamDemand& demand);
  void arbitrate();
  void complete();
  void schedule();
  void release(Side side);

  TenureArbiter arbiter_;
  SharedLink link_;
  std::int64_t read_bytes_ = 0, write_bytes_ = 0;
  sc_core::sc_event requests_changed_, next_finish_;
  std::array<sc_core::sc_event, kSides> granted_;
  std::vector<std::unique_ptr<sc_core::sc_event>> finished_;  // per initiator
  std::vector<std::optional<SharedLink::StreamId>> open_;     // per initiator
  std::array<Picoseconds, kSides> hold_since_{};
  Timeline* timeline_ = nullptr;
};

}  // namespace h4h::models
