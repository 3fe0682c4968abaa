// What the SystemC kernel takes: a network under a given mapping, and a bare loop beside it.
#include <benchmark/benchmark.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <systemc>
#include <tlm>

#include "platforms/description/loader.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/network/fold.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace {

using namespace h4h;

// The least that a transaction can be: a blocking call, a wait in it, nothing else.
struct BareLoop : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<BareLoop> out;
  tlm_utils::simple_target_socket<BareLoop> in;
  sc_core::sc_event start;
  std::int64_t left = 0;

  explicit BareLoop(sc_core::sc_module_name name) : sc_module(name), out("out"), in("in") {
    in.register_b_transport(this, &BareLoop::b_transport);
    out.bind(in);
    SC_HAS_PROCESS(BareLoop);
    SC_THREAD(run);
  }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    sc_core::wait(1, sc_core::SC_NS);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  void run() {
    for (;; sc_core::wait(start)) {
      for (; left > 0; --left) {
        tlm::tlm_generic_payload payload;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        out->b_transport(payload, delay);
      }
    }
  }
};

void bare_transactions(benchmark::State& state) {
  static BareLoop loop("loop");  // in the kernel's first context, which outlives everything
  constexpr std::int64_t kMany = 100'000;
  for (auto _ : state) {
    loop.left = kMany;
    loop.start.notify(sc_core::SC_ZERO_TIME);
    sc_core::sc_start();
  }
  state.counters["s per transaction"] = benchmark::Counter(
      kMany, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(bare_transactions)->Unit(benchmark::kMillisecond);

// MobileNetV2 under the best mapping for eight macros, which is there already.
struct Mapped {
  platforms::Platform chip =
      platforms::load_platform(std::string(H4H_SOURCE_DIR) + "/platforms/h4h-7nm.yaml");
  workloads::Network network = workloads::mobilenet_v2();
  sim::Mapping mapping = [this] {
    sim::LayerCosts costs(chip.hardware);
    return std::get<sim::Mapping>(sim::map_network(costs, chip, network, sim::Strategy::automatic));
  }();
};

void given(benchmark::State& state) {
  static const Mapped mapped;
  const auto& [chip, network, mapping] = mapped;
  for (auto _ : state) {
    sim::LayerCosts costs(chip.hardware);
    benchmark::DoNotOptimize(sim::simulate_layers(costs, network, mapping));
  }
}
BENCHMARK(given)->Name("given/mobilenet_v2")->Unit(benchmark::kMillisecond);

// The whole network in one kernel, every layer anew.
void one_kernel(benchmark::State& state) {
  static const Mapped mapped;
  const auto& [chip, network, mapping] = mapped;
  std::vector<sim::Plans> plans;
  for (const auto& [stripe, job] : sim::stripe_jobs(chip.hardware, network, mapping)) {
    plans.push_back(sim::plan_job(models::make_devices(chip.hardware), job));
  }
  models::Timeline timeline;
  sim::Session session(chip.hardware);
  session.run_plans(plans, &timeline);
  const auto transactions =
      std::count_if(timeline.begin(), timeline.end(), [](const auto& i) { return i.bytes > 0; });
  for (auto _ : state) benchmark::DoNotOptimize(session.run_plans(plans));
  state.counters["transactions"] = static_cast<double>(transactions);
  state.counters["s per transaction"] = benchmark::Counter(
      static_cast<double>(transactions),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(one_kernel)->Name("one_kernel/mobilenet_v2")->Unit(benchmark::kMillisecond);

}  // namespace
