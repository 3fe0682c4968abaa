#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/time/picoseconds.hpp"
#include "platforms/description/device.hpp"

namespace h4h::models {

using platforms::DeviceId;

// Which of any number of devices may use the link. A tenure is one uninterrupted hold by one device
// (all macros of one group are one device); the streams that a device asks for together run inside
// one hold, and others of its streams may join as long as no other device waits. Plain arithmetic
// of requests, without time but for the warm-up. Source: H4H paper, section 3.2 (a warm-up of tens
// of cycles, NPU and CIM never on the NoC at once); that a hold ends with its streams, and the
// order, are assumptions. Throws std::out_of_range for a device that is not there.
class TenureArbiter {
 public:
  TenureArbiter(platforms::Exclusivity exclusivity, Picoseconds warm_up, std::size_t devices)
      : exclusivity_(exclusivity), warm_up_(warm_up), devices_(devices), working_(devices) {}

  // A new layer: nobody owns the link, the devices that `working` marks will ask for it.
  void start_layer(const std::vector<bool>& working);

  void request(DeviceId device);
  // Which device's waiting requests may all enter now; nullopt where nobody's may. Round robin: of
  // devices that are ready the next one behind the last owner, in the order of their ids; the first
  // one where there is no owner yet.
  std::optional<DeviceId> grant(Picoseconds now);
  void release(DeviceId device);
  // The device has no more streams in this layer.
  void finish(DeviceId device) { working_.at(device) = false; }

  // When streams of `device` may move their first byte.
  Picoseconds ready(DeviceId device) const { return devices_.at(device).ready; }
  std::int64_t link_turnarounds() const { return link_turnarounds_; }  // warm-ups paid
  std::int64_t inside(DeviceId device) const { return devices_.at(device).inside; }
  std::int64_t waiting(DeviceId device) const { return devices_.at(device).waiting; }

 private:
  struct State {
    bool warm = false;  // has had the link in this layer
    std::int64_t waiting = 0, inside = 0;
    Picoseconds ready;
  };

  bool may_enter(DeviceId device) const;
  void admit(DeviceId device, Picoseconds now);

  platforms::Exclusivity exclusivity_;
  Picoseconds warm_up_;
  std::optional<DeviceId> owner_;
  std::vector<State> devices_;
  std::vector<bool> working_;
  std::int64_t inside_ = 0, waiting_ = 0;  // of all devices
  std::int64_t link_turnarounds_ = 0;
};

}  // namespace h4h::models
