#include "sim/job/job_bound.hpp"

#include <algorithm>

namespace h4h::sim {
namespace {

using models::Picoseconds;
using models::Traffic;
using models::transfer_time;

Picoseconds memory_time(const platforms::Memory& memory, const Traffic& traffic) {
  return transfer_time(std::max(traffic.read, traffic.written), memory.bandwidth);
}

Picoseconds link_time(const platforms::Noc& noc, const Traffic& traffic, std::int64_t devices) {
  const bool shared = noc.exclusivity == platforms::Exclusivity::none;
  const std::int64_t warm_ups = shared ? std::min<std::int64_t>(devices, 1) : devices;
  const std::int64_t bytes = noc.duplex == platforms::Duplex::half
                                 ? traffic.read + traffic.written
                                 : std::max(traffic.read, traffic.written);
  return transfer_time(bytes, noc.bandwidth) + warm_ups * Picoseconds{noc.warm_up_ps};
}

}  // namespace

JobBound bound_job(const platforms::Hardware& hardware,
                   const std::vector<const models::WorkBound*>& works) {
  JobBound bound;
  Traffic sram, external, link;
  std::int64_t on_link = 0, weights_on_noc = 0, weights_on_port = 0;
  for (const models::WorkBound* const of_device : works) {
    const models::WorkBound& work = *of_device;
    const Traffic own = work.on_noc();
    const Picoseconds warm_up{work.waits_for_link ? hardware.noc.warm_up_ps : 0};
    bound.time = std::max(bound.time, warm_up + work.time);
    bound.counts.add_of(work.device, work.counts);
    sram += work.sram;
    external += work.external;
    link += own;
    on_link += own.read + own.written > 0 ? 1 : 0;
    weights_on_noc += work.weights_on_noc;
    weights_on_port += work.weights_on_port;
  }
  bound.time = std::max(
      {bound.time, link_time(hardware.noc, link, on_link), memory_time(hardware.sram, sram),
       memory_time(hardware.external, external),
       transfer_time(std::max(weights_on_noc, weights_on_port), hardware.weights.bandwidth)});
  return bound;
}

}  // namespace h4h::sim
