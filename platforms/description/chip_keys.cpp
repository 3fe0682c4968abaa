#include "platforms/description/key_fields.hpp"
#include "platforms/description/key_tables.hpp"

namespace h4h::platforms {
namespace {

// Of no device.
struct Chip {};

template <typename P>
P& view_of(const Chip& /*slot*/, P& platform) {
  return platform;
}

}  // namespace

std::vector<Key> chip_keys() {
  using D = Dimension;
  constexpr Chip slot;
  return {
      {"noc.bandwidth", D::bandwidth, "of the shared link, per direction if duplex is full",
       INTEGER(noc.bandwidth, 1'000'000, 1'000'000'000'000), Affects::layers},
      {"noc.warm_up", D::time, "paid once by the initiator that gains the link",
       INTEGER(noc.warm_up_ps, 0, kMs), Affects::layers},
      {"noc.duplex", D::count, "whether reads and writes share the link's bandwidth",
       CHOICE(Duplex, noc.duplex), Affects::layers},
      {"noc.exclusivity", D::count,
       "how long an initiator owns the link; layer and none are ablations",
       CHOICE(Exclusivity, noc.exclusivity), Affects::layers},
      {"sram.size", D::bytes, "activation memory", INTEGER(sram.size_bytes, 1024, 1024 * kGiB),
       Affects::network},
      {"sram.bandwidth", D::bandwidth, "of the activation memory, per direction",
       INTEGER(sram.bandwidth, 1'000'000, 1'000'000'000'000), Affects::layers},
      {"sram.latency", D::latency, "from a request to its first beat",
       INTEGER(sram.latency_ps, 0, kTenUs), Affects::layers},
      {"sram.burst", D::bytes, "longest burst; data in shorter runs is read in shorter bursts",
       INTEGER(sram.burst_bytes, 1, 4096), Affects::layers},
      {"sram.outstanding", D::count,
       "bursts of a stream that the activation memory takes at a time; 0: any number",
       INTEGER(sram.outstanding, 0, 256), Affects::layers, std::nullopt, "0"},
      {"sram.overflow", D::count, "what happens to activations beyond the size of the SRAM",
       CHOICE(Overflow, sram.overflow), Affects::network},
      {"sram.schedule", D::count,
       "cascade: where activations exceed the SRAM, layers run in row stripes",
       CHOICE(Schedule, sram.schedule), Affects::network, std::nullopt, "layer"},
      {"sram.halo", D::count,
       "of cascades: rows that the next stripe reads again are kept in the SRAM, or computed again",
       CHOICE(Halo, sram.halo), Affects::network, std::nullopt, "keep"},
      {"weights.bandwidth", D::bandwidth, "of the weight memory",
       INTEGER(weights.bandwidth, 1'000'000, 1'000'000'000'000), Affects::layers},
      {"weights.latency", D::latency, "from a request to its first beat",
       INTEGER(weights.latency_ps, 0, kTenUs), Affects::layers},
      {"weights.burst", D::bytes, "longest burst", INTEGER(weights.burst_bytes, 1, 4096),
       Affects::layers},
      {"weights.outstanding", D::count,
       "bursts of a stream that the weight memory takes at a time; 0: any number",
       INTEGER(weights.outstanding, 0, 256), Affects::layers, std::nullopt, "0"},
      {"backing.bandwidth", D::bandwidth, "external memory: bandwidth, per direction",
       INTEGER(external.bandwidth, 1'000'000, 1'000'000'000'000), Affects::layers},
      {"backing.latency", D::latency, "external memory: from a request to its first beat",
       INTEGER(external.latency_ps, 0, kTenUs), Affects::layers},
      {"backing.burst", D::bytes,
       "external memory: longest burst; data in shorter runs is read in shorter bursts",
       INTEGER(external.burst_bytes, 1, 4096), Affects::layers},
      {"backing.outstanding", D::count,
       "external memory: bursts of a stream that it takes at a time; 0: any number",
       INTEGER(external.outstanding, 0, 256), Affects::layers, std::nullopt, "0"},
      {"energy.sram_byte", D::energy, "one byte read from or written to the activation memory",
       REAL(energy.sram_byte, 0, 1e-6), Affects::energy_and_area},
      {"energy.noc_byte", D::energy, "one byte over the NoC", REAL(energy.noc_byte, 0, 1e-6),
       Affects::energy_and_area},
      {"energy.weight_byte", D::energy, "one byte read from the weight memory",
       REAL(energy.weight_byte, 0, 1e-6), Affects::energy_and_area},
      {"energy.backing_byte", D::energy, "one byte read from or written to the external memory",
       REAL(energy.external_byte, 0, 1e-6), Affects::energy_and_area},
      {"area.sram", D::area, "the activation memory", OPTIONAL(area.sram, 0, 1e6),
       Affects::energy_and_area},
      {"area.noc", D::area, "the network on chip", OPTIONAL(area.noc, 0, 1e6),
       Affects::energy_and_area},
      {"area.weights", D::area, "the weight memory", OPTIONAL(area.weights, 0, 1e6),
       Affects::energy_and_area},
      {"leakage.system", D::power, "always on while a network runs", REAL(leakage.system, 0, 1e3),
       Affects::energy_and_area},
      {"sleep.power", D::power, "always on between inferences", REAL(sleep.power, 0, 1e3),
       Affects::energy_and_area},
      {"sleep.sram_retention", D::power, "the activation memory, asleep but not empty",
       REAL(sleep.sram_retention, 0, 1e3), Affects::energy_and_area},
      {"sleep.wake_up", D::energy, "switching on, once an inference", REAL(sleep.wake_up, 0, 1),
       Affects::energy_and_area},
      {"sleep.wake_up_time", D::time, "switching on, once an inference",
       IntegerField{MEMBER(coefficients.sleep.wake_up_ps), 0, 1000 * kMs, {}, nullptr},
       Affects::energy_and_area},
  };
}

}  // namespace h4h::platforms
