#include "models/energy/duty_cycle.hpp"

#include <algorithm>

namespace h4h::models {
namespace {

double reload_joules(const platforms::Coefficients& c, const ActivePart& active, double seconds) {
  double writing =
      static_cast<double>(active.volatile_word_bytes.of_macros()) * c.energy.cim_write_byte;
  for (std::size_t i = 0; i < active.volatile_word_bytes.listed(); ++i) {
    const platforms::DeviceCoefficients& own = i < c.more.size() ? c.more[i] : c;
    writing +=
        static_cast<double>(active.volatile_word_bytes.of_listed(i)) * own.energy.cim_write_byte;
  }
  return static_cast<double>(active.volatile_weight_bytes) *
             (c.energy.external_byte + c.energy.noc_byte) +
         writing + (c.leakage.system + leakage_of(active.macros, c)) * seconds;
}

}  // namespace

double DutyCycle::average_w() const { return (active_j + wake_up_j + reload_j + asleep_j) * fps; }

DutyCycle duty_cycle(const platforms::Platform& platform, const ActivePart& active, double fps) {
  const platforms::Hardware& h = platform.hardware;
  const platforms::Coefficients& c = platform.coefficients;
  DutyCycle d;
  d.fps = fps;
  d.active_s = to_seconds(active.time);
  d.active_j = active.joules;
  d.wake_up_s = to_seconds(Picoseconds{c.sleep.wake_up_ps});
  d.wake_up_j = c.sleep.wake_up;
  if (active.volatile_weight_bytes > 0) {
    d.reload_s = to_seconds(transfer_time(active.volatile_weight_bytes,
                                          std::min(h.external.bandwidth, h.noc.bandwidth)) +
                            Picoseconds{h.external.latency_ps});
    d.reload_j = reload_joules(c, active, d.reload_s);
  }
  d.asleep_s = 1 / fps - d.active_s - d.wake_up_s - d.reload_s;
  d.asleep_j = (c.sleep.power + c.sleep.sram_retention) * d.asleep_s;
  return d;
}

}  // namespace h4h::models
