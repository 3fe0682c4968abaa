#pragma once

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/counts/timeline.hpp"
#include "models/noc/link_timing.hpp"
#include "models/noc/stream_port.hpp"
#include "models/noc/tenure_timing.hpp"

namespace h4h::models {

// A shared link between initiators and memories, as TLM-2.0 target and initiator. A stream waits
// for its device's tenure, the warm-up, the memory's latency, and its share of the bandwidth.
class NocModule : public sc_core::sc_module {
 public:
  // `devices`: the names of those that may stream, by DeviceId.
  NocModule(sc_core::sc_module_name name, const platforms::Noc& noc,
            std::vector<std::string> devices);

  // A new layer: the devices that `working` marks will ask for the link.
  void start_layer(const std::vector<bool>& working);
  // The device has no more streams in this layer.
  void finish(DeviceId device);

  // Since elaboration, but turnarounds: in this layer.
  std::int64_t read_bytes() const { return read_bytes_; }
  std::int64_t write_bytes() const { return write_bytes_; }
  std::int64_t link_turnarounds() const { return arbiter_.link_turnarounds(); }
  Picoseconds busy() const { return link_.busy(); }
  std::string state() const;
  void record(Recorder* recorder) { recorder_ = recorder; }

  tlm_utils::multi_passthrough_target_socket<NocModule> initiators;
  tlm_utils::multi_passthrough_initiator_socket<NocModule> memories;  // bound in index order

 private:
  static constexpr Picoseconds kNever{INT64_MAX};

  // What an initiator waits for: its device's tenure, its first byte, its last byte.
  struct Transfer {
    std::size_t slot = 0;  // of the initiator
    StreamDemand demand;
    DeviceId device = 0;
    Picoseconds requested_at, latency;
    Picoseconds start;  // of the first byte, known with the tenure
    sc_core::sc_event finished;
  };

  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  Transfer& transfer_of(int initiator);
  void arbitrate();
  void admit(DeviceId device, Picoseconds time);
  void move();
  void schedule(Picoseconds time);
  void release(DeviceId device);

  std::vector<std::string> names_;
  TenureArbiter arbiter_;
  SharedLink link_;
  std::int64_t read_bytes_ = 0, write_bytes_ = 0;
  sc_core::sc_event requests_changed_, next_;
  Picoseconds next_at_ = kNever;                      // when next_ is due
  std::vector<std::unique_ptr<Transfer>> transfers_;  // per initiator
  std::vector<Transfer*> waiting_;                    // for a tenure, as they came
  std::vector<Transfer*> starting_;  // inside one, their first byte is still to come
  std::vector<std::optional<Picoseconds>> hold_since_;  // per device; nullopt: holds nothing
  // Whether no more than one device works in this layer. What it asks for it gets at once, without
  // a delta cycle in which others might ask for the same; but where a trace is recorded, whose
  // tenures depend on the order of requests and releases within a moment.
  bool alone_ = false;
  Recorder* recorder_ = nullptr;
};

}  // namespace h4h::models
