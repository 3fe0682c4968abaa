#include "sim/mapping/mapper.hpp"

#include <gtest/gtest.h>

#include "sim/mapping/mapping_file.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/ir/same_padding.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using testing::mapped;
using testing::platform;

const workloads::Network& net() {
  static const workloads::Network network = workloads::mobilenet_v2();
  return network;
}

Report run(const platforms::Platform& p, Strategy strategy,
           Objective objective = Objective::latency) {
  LayerCosts costs(p.hardware);
  const Mapping mapping = mapped(costs, p, net(), strategy, objective);
  return make_report(p, net(), mapping, simulate_layers(costs, net(), mapping));
}

TEST(Mapper, SharesAreEighthsInWholeWords) {
  const auto macros = models::make_devices(platform("h4h-7nm").hardware).at(platforms::kCim);
  EXPECT_EQ(channel_choices(*macros, testing::conv({8, 8, 8}, 128, 1)),
            (std::vector<std::int64_t>{0, 16, 32, 48, 64, 80, 96, 112, 128}));
  EXPECT_EQ(channel_choices(*macros, testing::conv({8, 8, 8}, 24, 1)),
            (std::vector<std::int64_t>{0, 16, 24}));
  EXPECT_EQ(channel_choices(*macros, testing::conv({8, 8, 8}, 10, 1)),
            (std::vector<std::int64_t>{0, 10}));
  EXPECT_EQ(channel_choices(*macros, testing::shaped(workloads::Mean{}, {7, 7, 64})),
            (std::vector<std::int64_t>{0}));
}

TEST(Mapper, GatedMacrosChangeNoPicosecond) {
  const Report none = run(platform("h4h-7nm", {"cim.macros=0"}), Strategy::npu);
  const Report gated = run(platform("h4h-7nm"), Strategy::npu);
  ASSERT_EQ(none.layers.size(), gated.layers.size());
  for (std::size_t i = 0; i < none.layers.size(); ++i) {
    EXPECT_EQ(none.layers[i].result, gated.layers[i].result) << none.layers[i].name;
  }
  for (const models::Part part : models::kParts) {
    EXPECT_DOUBLE_EQ(none.energy_j[part], gated.energy_j[part]);
  }
}

TEST(Mapper, AutoIsNeverWorseThanASingleDevice) {
  for (const std::string& name : testing::shipped_platforms()) {
    const platforms::Platform p = platform(name);
    const Report npu = run(p, Strategy::npu), cim = run(p, Strategy::cim);
    const Report latency = run(p, Strategy::automatic);
    EXPECT_LE(latency.time, npu.time);
    EXPECT_LE(latency.time, cim.time);
    const Report energy = run(p, Strategy::automatic, Objective::energy);
    EXPECT_LE(energy.energy_j.total(), npu.energy_j.total() * (1 + 1e-12));
    EXPECT_LE(energy.energy_j.total(), cim.energy_j.total() * (1 + 1e-12));
  }
}

TEST(Mapper, AutoIsNeverWorseWithMoreMacrosOrUnits) {
  for (const Objective objective : {Objective::latency, Objective::energy}) {
    const auto cost = [&](int macros, int units) {
      const Report r = run(platform("h4h-7nm", {"cim.macros=" + std::to_string(macros),
                                                "cim.compute_units=" + std::to_string(units)}),
                           Strategy::automatic, objective);
      return objective == Objective::latency ? to_seconds(r.time) : r.energy_j.total();
    };
    constexpr double kRounding = 1 + 1e-12;
    for (const int macros : {2, 3, 4, 6, 8})
      EXPECT_LE(cost(macros, 1), cost(macros / 2, 1) * kRounding);
    EXPECT_LE(cost(4, 2), cost(4, 1) * kRounding);
  }
}

TEST(Mapper, CapacityIsEnforcedUnlessIgnored) {
  const platforms::Platform tight = platform("h4h-7nm", {"cim.macros=1", "cim.macro_size=1 Mib"});
  for (const Strategy strategy : {Strategy::cim, Strategy::automatic}) {
    std::int64_t words = 0;
    LayerCosts costs(tight.hardware);
    const Mapping mapping = mapped(costs, tight, net(), strategy);
    for (std::size_t i = 0; i < mapping.layers.size(); ++i) {
      if (mapping.layers[i].channels(platforms::kCim) == 0) continue;
      words += models::cim_words(tight.hardware.cim,
                                 share_of(workloads::layer_shape(net(), net().layers[i]),
                                          mapping.layers[i].channels(platforms::kCim)),
                                 1);
    }
    EXPECT_GT(words, 0);
    EXPECT_LE(words, tight.hardware.cim.words_per_macro());
  }
  const platforms::Platform ignored =
      platform("h4h-7nm", {"cim.macros=1", "cim.macro_size=1 Mib", "cim.capacity=ignore"});
  EXPECT_LT(run(ignored, Strategy::automatic).time, run(tight, Strategy::automatic).time);
}

TEST(Mapper, AGroupOfChannelsMustFitOneMacroHoweverManyThereAre) {
  const platforms::Platform p = platform("h4h-7nm", {"cim.macro_size=100 Kib"});  // 91 words
  workloads::NetworkBuilder builder("one group");
  const auto in = builder.input("x", {1, 1, 1280});
  builder.output(builder.add("fc", workloads::Linear{16, workloads::Activation::none}, {in}));
  const workloads::Network network = std::move(builder).build();  // 143 words
  LayerCosts costs(p.hardware);
  for (const Strategy strategy : {Strategy::cim, Strategy::automatic}) {
    EXPECT_EQ(mapped(costs, p, network, strategy).layers[0].channels(platforms::kCim), 0);
  }
}

TEST(Mapper, CimTakesLayersInFileOrderAsLongAsTheyFit) {
  const platforms::Platform p = platform("h4h-7nm", {"cim.macros=1", "cim.macro_size=200 Kib"});
  LayerCosts costs(p.hardware);
  const Mapping mapping = mapped(costs, p, net(), Strategy::cim);
  std::int64_t left = p.hardware.cim.words_per_macro();
  for (std::size_t i = 0; i < net().layers.size(); ++i) {
    const auto shape = workloads::layer_shape(net(), net().layers[i]);
    const bool fits = models::cim_can_run(p.hardware.cim, shape) &&
                      models::cim_words(p.hardware.cim, shape, p.hardware.cim.macros) <= left;
    EXPECT_EQ(mapping.layers[i].channels(platforms::kCim), fits ? shape.output.channels : 0)
        << net().layers[i].name;
    if (fits) left -= models::cim_words(p.hardware.cim, shape, p.hardware.cim.macros);
  }
  EXPECT_EQ(mapping.layers.front().channels(platforms::kNpu), 0);
}

TEST(Mapper, ActivationsThatDoNotFitAreInfeasibleWithTheirBytes) {
  const platforms::Platform p =
      platform("h4h-7nm", {"sram.size=1 MiB", "sram.overflow=infeasible"});
  LayerCosts costs(p.hardware);
  const MappingResult result = map_network(costs, p, net(), Strategy::npu);
  const std::string reason = std::get<Infeasible>(result).reason;
  // 56x56x96 written while 112x112x96 is read.
  EXPECT_NE(reason.find("layer 'stage2.1/depthwise' needs 1505280 B"), std::string::npos) << reason;
  EXPECT_NE(reason.find("sram.size is 1048576 B"), std::string::npos) << reason;
}

TEST(Mapper, EnergyAndLatencyWantDifferentMappings) {
  const platforms::Platform p = platform("h4h-7nm");
  const Report fast = run(p, Strategy::automatic),
               frugal = run(p, Strategy::automatic, Objective::energy);
  EXPECT_LT(fast.time, frugal.time);
  EXPECT_LT(frugal.energy_j.total(), fast.energy_j.total());
}

TEST(LayerCosts, SimulatesEveryDistinctJobOnce) {
  const platforms::Platform p = platform("h4h-7nm");
  LayerCosts costs(p.hardware);
  const Mapping mapping = mapped(costs, p, net(), Strategy::npu);
  simulate_layers(costs, net(), mapping);
  const std::int64_t distinct = costs.simulated();
  EXPECT_LT(distinct, static_cast<std::int64_t>(net().layers.size()));
  simulate_layers(costs, net(), mapping);
  EXPECT_EQ(costs.simulated(), distinct);
  EXPECT_EQ(costs.asked(), 2 * static_cast<std::int64_t>(net().layers.size()));
}

// A head of 3x3x64x64 weights that reads feature maps of three sizes.
workloads::Network shared_head(bool shared) {
  workloads::NetworkBuilder b("head");
  for (const std::int64_t side : {16, 8, 4}) {
    const auto in = b.input("in", {side, side, 64});
    const workloads::Conv2d conv{64, workloads::same_window({side, side, 64}, 3, 1)};
    b.output(b.add("head", conv, {in}));
    if (shared && b.layers() > 1) {
      EXPECT_TRUE(b.share_weights(0));
    }
  }
  return std::move(b).build();
}

TEST(Mapper, MacrosOfNarrowWeightsHoldMoreOfThem) {
  const auto stored = [](const std::string& bits, const std::string& size) {
    return run(platform("h4h-7nm", {"cim.weight_bits=" + bits, "cim.macro_size=" + size}),
               Strategy::cim)
        .storage();
  };
  const MacroStorage wide = stored("8", "10 Mib"), narrow = stored("4", "5 Mib"),
                     roomy = stored("1", "10 Mib");
  EXPECT_EQ(narrow.weight_bytes * 2, wide.weight_bytes);
  EXPECT_EQ(narrow.bytes * 2, wide.bytes);
  EXPECT_LE(narrow.bytes, narrow.capacity_bytes);
  EXPECT_EQ(roomy.bytes * 8, wide.bytes);
  EXPECT_NEAR(static_cast<double>(roomy.capacity_bytes), static_cast<double>(wide.capacity_bytes),
              1e-3 * static_cast<double>(wide.capacity_bytes));
}

TEST(Mapper, MacrosHoldWeightsThatLayersShareOnce) {
  // 4 x 64 words of 1152 bits hold one set of weights.
  const platforms::Platform p = platform(
      "h4h-7nm",
      {"cim.macros=1", "cim.macro_size=288 Kib", "cim.capacity=enforce", "npu.macs_per_cycle=32"});
  LayerCosts costs(p.hardware);
  const auto cim_layers = [&](const workloads::Network& network, Strategy strategy) {
    const Mapping mapping = mapped(costs, p, network, strategy);
    const Report report =
        make_report(p, network, mapping, simulate_layers(costs, network, mapping));
    EXPECT_LE(report.storage().bytes, report.storage().capacity_bytes);
    std::int64_t bytes = 0, layers = 0;
    for (const LayerReport& layer : report.layers) {
      bytes += layer.macro_bytes_of(platforms::kCim);
      if (layer.split.channels(platforms::kCim) == 64) ++layers;
    }
    EXPECT_EQ(bytes, report.storage().bytes);
    return layers;
  };
  EXPECT_EQ(cim_layers(shared_head(true), Strategy::cim), 3);
  EXPECT_EQ(cim_layers(shared_head(false), Strategy::cim), 1);
  EXPECT_LE(cim_layers(shared_head(false), Strategy::automatic), 1);
  const Mapping mapping = mapped(costs, p, shared_head(true), Strategy::automatic);
  EXPECT_EQ(mapping.layers[0], mapping.layers[1]);
  EXPECT_EQ(mapping.layers[0], mapping.layers[2]);
  EXPECT_GT(mapping.layers[0].channels(platforms::kCim), 0);
  EXPECT_EQ(workloads::weight_bytes(shared_head(true)), 9 * 64 * 64);
}

TEST(Mapper, PinnedLayersThatShareWeightsTakeTheirWordsOnce) {
  const platforms::Platform p =
      platform("h4h-7nm", {"cim.macros=1", "cim.macro_size=288 Kib", "cim.capacity=enforce"});
  const models::Devices devices = models::make_devices(p.hardware);
  const std::string text =
      "layers:\n  - {layer: head, npu: 0, cim: 64}\n  - {layer: head#1, npu: 0, cim: 64}\n";
  LayerCosts costs(p.hardware);
  const workloads::Network network = shared_head(true);
  const Pins pins = parse_mapping(text, "m.yaml", devices, network);
  const MappingResult result =
      map_network(costs, p, network, Strategy::automatic, Objective::latency, pins);
  ASSERT_TRUE(std::holds_alternative<Mapping>(result)) << std::get<Infeasible>(result).reason;
  EXPECT_EQ(std::get<Mapping>(result).layers[1].channels(platforms::kCim), 64);
  EXPECT_THROW(parse_mapping(text, "m.yaml", devices, shared_head(false)), MappingFileError);
}

}  // namespace
}  // namespace h4h::sim
