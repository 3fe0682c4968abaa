#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "sim/session/session.hpp"
#include "tests/sim/random_jobs.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using platforms::Hardware;
using testing::Draw;

// One part better than before.
using Improve = void (*)(Draw&, Hardware&, LayerJob&);

std::int64_t faster(Draw& draw, std::int64_t rate) { return rate * draw.from(21, 80) / 20; }
std::int64_t shorter(Draw& draw, std::int64_t time) { return time * draw.from(0, 19) / 20; }

const std::map<std::string, Improve>& improvements() {
  static const std::map<std::string, Improve> kAll{
      {"noc.bandwidth",
       [](Draw& d, Hardware& h, LayerJob&) { h.noc.bandwidth = faster(d, h.noc.bandwidth); }},
      {"noc.warm_up",
       [](Draw& d, Hardware& h, LayerJob&) { h.noc.warm_up_ps = shorter(d, h.noc.warm_up_ps); }},
      {"noc.duplex", [](Draw&, Hardware& h, LayerJob&) { h.noc.duplex = platforms::Duplex::full; }},
      {"sram.bandwidth",
       [](Draw& d, Hardware& h, LayerJob&) { h.sram.bandwidth = faster(d, h.sram.bandwidth); }},
      {"sram.latency",
       [](Draw& d, Hardware& h, LayerJob&) { h.sram.latency_ps = shorter(d, h.sram.latency_ps); }},
      {"weights.bandwidth",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.weights.bandwidth = faster(d, h.weights.bandwidth);
       }},
      {"weights.latency",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.weights.latency_ps = shorter(d, h.weights.latency_ps);
       }},
      {"backing.bandwidth",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.backing.bandwidth = faster(d, h.backing.bandwidth);
       }},
      {"backing.latency",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.backing.latency_ps = shorter(d, h.backing.latency_ps);
       }},
      {"cim.step",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.cim.step_ps = std::max<std::int64_t>(1, shorter(d, h.cim.step_ps));
       }},
      {"cim.read_time",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.cim.read_time_ps = std::max<std::int64_t>(1, shorter(d, h.cim.read_time_ps));
       }},
      {"cim.dynamic_operands.softmax",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.cim.softmax_ps = std::max<std::int64_t>(1, shorter(d, h.cim.softmax_ps));
       }},
      {"cim.stream_buffer",
       [](Draw& d, Hardware& h, LayerJob&) {
         h.cim.stream_buffer_bytes = faster(d, h.cim.stream_buffer_bytes);
       }},
      {"cim.outstanding", [](Draw&, Hardware& h, LayerJob&) { h.cim.outstanding *= 2; }},
      {"npu.outstanding", [](Draw&, Hardware& h, LayerJob&) { h.npu.outstanding *= 2; }},
      {"npu.ifm_buffers", [](Draw&, Hardware& h, LayerJob&) { ++h.npu.ifm_buffers; }},
      {"npu.accumulators", [](Draw&, Hardware& h, LayerJob&) { ++h.npu.accumulators; }},
      {"npu.ofm_buffers", [](Draw&, Hardware& h, LayerJob&) { ++h.npu.ofm_buffers; }},
      {"cim.macros",
       [](Draw& d, Hardware& h, LayerJob& job) {
         h.cim.macros += d.from(1, h.cim.macros);
         if (job.split.cim_channels > 0) job.split.macros = h.cim.macros;
       }},
      {"cim.compute_units",
       [](Draw& d, Hardware& h, LayerJob& job) {
         h.cim.compute_units += d.from(1, 4);
         if (job.split.cim_channels > 0) job.split.units = h.cim.compute_units;
       }},
  };
  return kAll;
}

// What a tenure costs whatever it moves.
Picoseconds fixed_cost(const Hardware& h) {
  return {h.noc.warm_up_ps +
          std::max({h.sram.latency_ps, h.weights.latency_ps, h.backing.latency_ps})};
}

std::int64_t cases_asked_for() {
  const char* asked = std::getenv("H4H_BETTER_PART_CASES");
  return asked == nullptr ? 3000 : std::atoll(asked);
}

std::string describe(const std::string& key, const LayerJob& job, const Hardware& before,
                     const Hardware& after, Picoseconds was, Picoseconds is) {
  platforms::Platform a, b;
  a.hardware = before;
  b.hardware = after;
  return fmt::format("{}: {} -> {} ps ({:+.1f} %), {}\n{}", key, was.count, is.count,
                     100.0 * (static_cast<double>(is.count) / static_cast<double>(was.count) - 1),
                     canonical_text(job), platforms::layer_text(before, true));
}

// H4H_BETTER_PART_CASES=100000 runs as many; every case is the same wherever it runs.
TEST(BetterPart, NeverSlowsALayerByMoreThanTwoPercentOrOneTenuresFixedCost) {
  const std::int64_t cases = cases_asked_for();
  constexpr std::int64_t kImprovementsEach = 4;
  std::map<std::string, std::int64_t> slower;
  std::int64_t reported = 0;
  for (std::int64_t i = 0; i < cases; i += kImprovementsEach) {
    Draw draw(static_cast<std::uint64_t>(i));
    const Hardware before = testing::any_hardware(draw);
    const LayerJob job = testing::any_job(draw, before);
    const Picoseconds was = Session(before).run(job).time;
    for (std::int64_t k = 0; k < kImprovementsEach; ++k) {
      auto chosen = improvements().begin();
      std::advance(chosen, draw.below(static_cast<std::int64_t>(improvements().size())));
      Hardware after = before;
      LayerJob better = job;
      chosen->second(draw, after, better);
      const Picoseconds is = Session(after).run(better).time;
      const auto allowed = std::max<std::int64_t>(was.count / 50, fixed_cost(before).count);
      if (is.count <= was.count + allowed) continue;
      ++slower[chosen->first];
      if (++reported <= 200)
        ADD_FAILURE() << describe(chosen->first, better, before, after, was, is);
    }
  }
  for (const auto& [key, count] : slower) ADD_FAILURE() << key << ": " << count << " of " << cases;
}

}  // namespace
}  // namespace h4h::sim
