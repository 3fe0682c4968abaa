#include <gtest/gtest.h>

#include <map>

#include "sim/mapping/mapping_file.hpp"
#include "sim/network/fold.hpp"
#include "sim/report/format.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/nets/mobilenet_v2.hpp"

// Tensors that lie in two memories: their first rows in the SRAM, the others in the external one.
namespace h4h::sim {
namespace {

using testing::platform;
using workloads::Activation;
using workloads::Conv2d;
using workloads::Network;
using workloads::NetworkBuilder;
using workloads::Rows;

constexpr std::int64_t kRowBytes = 32 * 64;

workloads::Window three(std::int64_t stride) { return {3, 3, stride, stride, 1, 1, {1, 1, 1, 1}}; }

// 32x32x16 -> 32x32x64 twice -> 16x16x16, a mean.
Network hourglass() {
  NetworkBuilder b("hourglass");
  const auto in = b.input("in", {32, 32, 16});
  const auto wide = b.add("wide", Conv2d{64, three(1), Activation::relu6}, {in});
  const auto deep = b.add("deep", Conv2d{64, three(1), Activation::relu6}, {wide});
  const auto out = b.add("narrow", Conv2d{16, three(2), Activation::relu6}, {deep});
  b.output(b.add("mean", workloads::Mean{true, true, false}, {out}));
  return std::move(b).build();
}

// All but six rows and a half of what `deep` reads and makes.
constexpr std::int64_t kSram = 2 * 32 * kRowBytes - 6 * kRowBytes - kRowBytes / 2;

TEST(Spills, RowByRowNoMoreLeavesThanMust) {
  const std::vector<Buffer> buffers{{100, 0, 1, false, 10}, {80, 1, 2, false, 10}, {50, 1, 1}};
  EXPECT_EQ(spilled_bytes(buffers, 3, 230), (std::vector<std::int64_t>{0, 0, 0}));
  EXPECT_EQ(spilled_bytes(buffers, 3, 229), (std::vector<std::int64_t>{10, 0, 0}));
  EXPECT_EQ(spilled_bytes(buffers, 3, 195), (std::vector<std::int64_t>{40, 0, 0}));
  EXPECT_EQ(spilled_bytes(buffers, 3, 79), (std::vector<std::int64_t>{100, 60, 0}));
  EXPECT_EQ(spilled_bytes(buffers, 3, 0), (std::vector<std::int64_t>{100, 80, 50}));
}

TEST(SpillRows, LeaveOneTensorInTwoMemories) {
  const Network network = hourglass();
  const Placement p = place_with_spills(network, kSram, {}, Spill::rows);
  EXPECT_EQ(p.spilled_tensor_bytes, 7 * kRowBytes);
  EXPECT_LE(p.peak_bytes, kSram);
  const workloads::TensorId wide = network.layers[0].output, deep = network.layers[1].output;
  EXPECT_EQ(p.sram_rows[wide] + p.sram_rows[deep], 64 - 7);
  EXPECT_EQ(p.level(wide, {0, p.sram_rows[wide]}), MemoryLevel::sram);
  EXPECT_EQ(p.level(wide, {0, p.sram_rows[wide] + 1}), MemoryLevel::external);
  EXPECT_EQ(place_with_spills(network, kSram).spilled_tensor_bytes, 32 * kRowBytes);
}

TEST(SpillRows, TensorsThatALayerNeedsAtOnceOrThatLeaveTheChipStayInOnePiece) {
  const Network network = hourglass();
  for (const std::int64_t size : {0, 1000, 20'000}) {
    const Placement p = place_with_spills(network, size, {}, Spill::rows);
    for (const workloads::TensorId id :
         {network.inputs[0], network.layers[2].output, network.outputs[0]}) {
      const std::int64_t height = network.tensors[id].shape.height;
      EXPECT_TRUE(p.sram_rows[id] == 0 || p.sram_rows[id] == height) << id << ' ' << size;
    }
  }
}

// Every row is made once, what lies in the SRAM is read there, and no window looks into rows that
// are charged to the wrong memory.
TEST(SpillRows, ALayerRunsInAStripeForEachMemory) {
  const Network network = hourglass();
  platforms::Sram sram = platform("h4h-7nm").hardware.sram;
  sram.size_bytes = kSram;
  const Placement p = place_with_spills(network, kSram, {}, Spill::rows);
  std::map<std::size_t, std::int64_t> made, stripes;
  for (const auto& [stripe, context] : placed_stripes(sram, network, {}, Spill::rows)) {
    EXPECT_EQ(stripe.rows.begin, made[stripe.layer]);
    made[stripe.layer] = stripe.rows.end;
    ++stripes[stripe.layer];
    const workloads::Layer& layer = network.layers[stripe.layer];
    EXPECT_EQ(context.output_level, p.level(layer.output, stripe.rows));
    if (stripe.layer == 3) continue;
    const Rows read = workloads::input_rows(workloads::layer_shape(network, layer), 0, stripe.rows);
    EXPECT_EQ(context.input_levels.at(0), p.level(layer.inputs[0], read));
  }
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    EXPECT_EQ(made[i], network.tensors[network.layers[i].output].shape.height);
  }
  const std::int64_t all = stripes[0] + stripes[1] + stripes[2] + stripes[3];
  EXPECT_GT(all, 4);
  EXPECT_LE(all, 1 + 2 + 2 + 2);
  EXPECT_EQ(placed_stripes(sram, network, {}, Spill::tensors).size(), 4U);
}

class SpillRowsRun : public ::testing::Test {
 protected:
  SpillRowsRun() : platform_(platform("h4h-7nm", {"sram.schedule=cascade"})) {
    platform_.hardware.sram.size_bytes = kSram;
  }
  // On the macros, which read everything once.
  Mapping mapping(Spill spill) {
    LayerCosts costs(platform_.hardware);
    Pins pins;
    pins.cascades.emplace();
    pins.spill = spill;
    return std::get<Mapping>(
        map_network(costs, platform_, network_, Strategy::cim, Objective::energy, pins));
  }
  Report report(const Mapping& m) {
    LayerCosts costs(platform_.hardware);
    return make_report(platform_, network_, m, simulate_layers(costs, network_, m));
  }

  platforms::Platform platform_;
  Network network_ = hourglass();
};

TEST_F(SpillRowsRun, InOneKernelTakesTheSumOfItsStripes) {
  const Mapping m = mapping(Spill::rows);
  LayerCosts costs(platform_.hardware);
  models::Timeline timeline;
  EXPECT_EQ(run_network(platform_.hardware, network_, m, timeline),
            simulate_layers(costs, network_, m));
  EXPECT_EQ(timeline.layers().size(), report(m).stripes.size());
}

TEST_F(SpillRowsRun, MovesTheRowsThatLeaveAndTheHaloOfWindows) {
  const Report rows = report(mapping(Spill::rows)), tensors = report(mapping(Spill::tensors));
  // Written once, and read once, with up to two rows beside them.
  EXPECT_GE(rows.spilled_bytes, 2 * 7 * kRowBytes);
  EXPECT_LE(rows.spilled_bytes, (2 * 7 + 2) * kRowBytes);
  EXPECT_EQ(tensors.spilled_bytes, 2 * 32 * kRowBytes);
  EXPECT_LT(rows.energy_j.total(), tensors.energy_j.total());
  EXPECT_EQ(report_document(rows)["spill"], "rows");
  EXPECT_FALSE(report_document(tensors).contains("spill"));
}

TEST_F(SpillRowsRun, AutoIsNeverWorseThanWithWholeLayers) {
  const Network net = workloads::mobilenet_v2();
  for (const char* size : {"512 KiB", "200 KiB", "96 KiB"}) {
    const std::string sram = std::string("sram.size=") + size;
    const auto least = [&](const char* schedule) {
      const platforms::Platform p =
          platform("h4h-7nm", {sram, std::string("sram.schedule=") + schedule});
      LayerCosts costs(p.hardware);
      const Mapping m =
          std::get<Mapping>(map_network(costs, p, net, Strategy::automatic, Objective::energy));
      return make_report(p, net, m, simulate_layers(costs, net, m)).energy_j.total();
    };
    EXPECT_LE(least("cascade"), least("layer")) << size;
  }
}

TEST_F(SpillRowsRun, AMappingFilePinsThem) {
  const models::Devices devices = models::make_devices(platform_.hardware);
  const Mapping m = mapping(Spill::rows);
  const Pins pins = parse_mapping(mapping_text(devices, network_, m), "m.yaml", devices, network_);
  EXPECT_EQ(pins.spill, Spill::rows);
  LayerCosts costs(platform_.hardware);
  const Mapping again = std::get<Mapping>(
      map_network(costs, platform_, network_, Strategy::automatic, Objective::energy, pins));
  EXPECT_EQ(report(again).spilled_bytes, report(m).spilled_bytes);
}

TEST_F(SpillRowsRun, ErrorsOfAMappingFileSayWhatIsAllowed) {
  const auto error = [&](const std::string& text) -> std::string {
    try {
      parse_mapping(text, "m.yaml", models::make_devices(platform_.hardware), network_);
    } catch (const MappingFileError& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_EQ(error("layers: []\ncascades: []\nspill: columns"),
            "m.yaml:3: spill: 'columns'; allowed: tensors, rows");
  EXPECT_EQ(error("layers: []\nspill: rows"),
            "m.yaml:2: spill: only beside cascades, of which there may be none: []");
  EXPECT_EQ(error("layers: []\ncascades: []\nspill: tensors"), "");
}

}  // namespace
}  // namespace h4h::sim
