// A systolic array as a listed device: its simulation, its bounds, its shares.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "platforms/description/keys.hpp"
#include "platforms/description/layer_hardware.hpp"
#include "sim/costs/cost_bounds.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/mapping/share_search.hpp"
#include "sim/report/device_lanes.hpp"
#include "sim/report/format.hpp"
#include "sim/session/session.hpp"
#include "sim/variants/variant_wire.hpp"
#include "tests/sim/random_jobs.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

using models::Event;
using models::Picoseconds;
using models::transfer_time;
using platforms::kNpu;
using testing::Draw;
using workloads::LayerShape;
using workloads::Network;

constexpr DeviceId kArray = 2;

// Beside the shipped files.
platforms::Platform with_array(const std::vector<std::string>& sets = {}) {
  return platforms::parse_platform(
      "name: with-array\n"
      "extends: h4h-7nm.yaml\n"
      "devices:\n"
      "  array: {type: systolic-array, rows: 16, columns: 16, clock: 500 MHz, input_buffer: 64 "
      "KiB,\n"
      "          weight_buffer: 256 KiB, output_buffer: 16 KiB, outstanding: 4, drain: exposed,\n"
      "          measured: none, energy: {mac: 0.3 pJ, cycle: 2 pJ, lane_cycle: 0.01 pJ},\n"
      "          area: unknown}\n",
      (tests::source_dir() / "platforms" / "with-array.yaml").string(), sets);
}

// A chip with an array beside its NPU and its macros.
struct Chip {
  explicit Chip(const std::vector<std::string>& sets = {})
      : platform(with_array(sets)),
        hardware(platform.hardware),
        devices(models::make_devices(hardware)) {}

  LayerJob on_array(const LayerShape& layer) const {
    LayerJob job{layer, Split{std::vector<Share>(3)}, {}};
    job.split.shares[kArray].channels = layer.output.channels;
    return job;
  }

  platforms::Platform platform;
  platforms::Hardware hardware;
  models::Devices devices;
};

const platforms::Systolic& array_of(const platforms::Platform& platform) {
  return std::get<platforms::Systolic>(platform.hardware.more.front().description);
}

Network small_network() {
  workloads::NetworkBuilder b("small");
  auto at = b.input("x", {16, 16, 16});
  const workloads::Window window = workloads::same_window({16, 16, 16}, 3, 1);
  at = b.add("a", workloads::Conv2d{48, window, workloads::Activation::relu}, {at});
  at = b.add("b", workloads::DepthwiseConv2d{1, window, workloads::Activation::relu}, {at});
  at = b.add("c", workloads::Conv2d{64, {}, workloads::Activation::relu}, {at});
  b.output(at);
  return std::move(b).build();
}

// All of the layer on the array, at 500 MHz and 8 GB/s, memories without latency: a warm-up of 40
// ns, then 16 pixels of 64 channels and 64 x 16 weights share the link, a fold of 2 x 16 + 16 + 64
// - 2 cycles, and 16 x 16 outputs.
TEST(SystolicArray, TakesItsClosedFormForALayerOfOneFold) {
  const Chip chip({"sram.latency=0 ns", "weights.latency=0 ns", "noc.bandwidth=8 GB/s",
                   "weights.bandwidth=8 GB/s", "sram.bandwidth=8 GB/s"});
  const JobResult r = Session(chip.hardware).run(chip.on_array(testing::conv({4, 4, 64}, 16, 1)));
  EXPECT_EQ(r.busy_of(kArray), (Picoseconds{110 * 2'000}));
  EXPECT_EQ(r.time, (Picoseconds{40'000 + 256'000 + 110 * 2'000 + 32'000}));
  EXPECT_EQ(r.counts.of_listed(0, Event::npu_mac), 4 * 4 * 64 * 16);
  EXPECT_EQ(r.counts.of_listed(0, Event::npu_cycle), 110);
  EXPECT_EQ(r.counts.of_listed(0, Event::npu_lane_cycle), 110 * 256);
  EXPECT_EQ(r.counts[Event::npu_mac], 0);
  EXPECT_EQ(r.counts[Event::noc_byte], 1024 + 1024 + 256);
}

// Folds of whole layers, where it works without a pause: all but the first input and the last
// output is hidden.
TEST(SystolicArray, WorksWithoutAPauseWhereItsFoldsAreLong) {
  const Chip chip;
  const LayerShape layer = testing::conv({28, 28, 64}, 64, 3);
  const JobResult r = Session(chip.hardware).run(chip.on_array(layer));
  const std::int64_t cycles = 49 * 4 * (2 * 16 + 16 + 9 * 64 - 2);
  EXPECT_EQ(r.busy_of(kArray), (Picoseconds{cycles * 2'000}));
  EXPECT_LT(r.time.count, cycles * 2'000 * 103 / 100);
}

// Three networks: what it works is (2R + C + T - 2) cycles for every R pixels and C channels, or
// every channel of a depthwise layer.
TEST(SystolicArray, WorksTheClosedFormOfEveryLayerOfThreeNetworks) {
  const Chip chip({"array.weight_buffer=64 MiB", "array.input_buffer=64 MiB"});
  Session session(chip.hardware);
  const auto folds = [](std::int64_t n) { return (n + 15) / 16; };
  int layers = 0;
  for (const char* const name : {"mobilenet_v2", "resnet8", "ds_cnn_kws"}) {
    const Network network = *workloads::build_by_name(name);
    for (const LayerShape& layer : layer_shapes(network)) {
      if (!chip.devices[kArray]->can_run(layer)) continue;
      const std::int64_t pixels = layer.output.pixels(), channels = layer.output.channels;
      const bool depthwise = std::holds_alternative<workloads::DepthwiseConv2d>(layer.op);
      const std::int64_t reduction = workloads::macs(layer) / (pixels * channels);
      const std::int64_t cycles =
          folds(pixels) * (depthwise ? channels : folds(channels)) * (2 * 16 + 16 + reduction - 2);
      const JobResult r = session.run(chip.on_array(layer));
      EXPECT_EQ(r.busy_of(kArray), (Picoseconds{cycles * 2'000})) << name;
      ++layers;
    }
  }
  EXPECT_GT(layers, 70);
}

// A job of any device and share, that the array has a part of.
LayerJob any_job_of_three(Draw& draw, const Chip& chip) {
  while (true) {
    LayerJob job = testing::any_job(draw, chip.hardware);
    job.split.shares.resize(3);
    const auto choices = channel_choices(*chip.devices[kArray], job.layer);
    const std::int64_t channels =
        choices[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(choices.size())))];
    if (channels == 0 || channels > job.split.channels(kNpu)) continue;
    job.split.shares[kNpu].channels -= channels;
    job.split.shares[kArray] = {channels, 0, 0};
    return job;
  }
}

Chip any_chip(Draw& draw) {
  return Chip({fmt::format("array.rows={}", draw.of({1, 4, 16, 32})),
               fmt::format("array.columns={}", draw.of({4, 16, 24})),
               fmt::format("array.input_buffer={} B", draw.log_from(4'096, 262'144)),
               fmt::format("array.outstanding={}", draw.of({1, 2, 4})),
               fmt::format("npu.weights.port={}", draw.below(2) == 0 ? "noc" : "private"),
               fmt::format("noc.duplex={}", draw.below(2) == 0 ? "half" : "full"),
               fmt::format("noc.bandwidth={} MB/s", draw.log_from(500, 32'000)),
               fmt::format("weights.bandwidth={} MB/s", draw.log_from(500, 16'000)),
               fmt::format("sram.latency={} ns", draw.of({0, 32, 64}))});
}

void expect_bounds_below(const JobBound& bound, const JobResult& r, const std::string& job) {
  EXPECT_LE(bound.time, r.time) << job;
  for (const Event event : models::kEvents) {
    EXPECT_LE(bound.counts[event], r.counts[event]) << static_cast<int>(event) << ": " << job;
    EXPECT_LE(bound.counts.of_listed(0, event), r.counts.of_listed(0, event)) << job;
  }
}

// What no device can do without: a MAC of every element a cycle, and every byte once.
void expect_invariants(const Chip& chip, const LayerJob& job, const JobResult& r) {
  const LayerShape share = workloads::share_of(job.layer, job.split.channels(kArray));
  const double seconds = static_cast<double>(workloads::macs(share)) /
                         chip.devices[kArray]->peak_macs_per_s(job.split.shares[kArray]);
  EXPECT_GE(static_cast<double>(r.time.count) * 1.000001, seconds * 1e12);
  const auto stored = [](const workloads::Shape& shape, models::Layout layout) {
    return models::stored_bytes(shape, layout);
  };
  EXPECT_GE(r.counts[Event::noc_byte], stored(job.layer.output, job.context.output));
  const bool weights_on_noc = chip.hardware.npu.weights_port == platforms::WeightsPort::noc;
  EXPECT_GE(r.counts[Event::weight_byte], workloads::weight_bytes(share));
  if (weights_on_noc) {
    EXPECT_GE(r.counts[Event::noc_byte],
              stored(job.layer.output, job.context.output) + workloads::weight_bytes(share));
  }
}

TEST(SystolicArray, KeepsItsBoundAndItsInvariantsOnRandomJobs) {
  Draw draw(77);
  double tightness = 0;
  int jobs = 0;
  for (int c = 0; c < 30; ++c) {
    const Chip chip = any_chip(draw);
    Session session(chip.hardware);
    CostBounds bounds(chip.hardware, chip.devices);
    for (int i = 0; i < 20; ++i) {
      const LayerJob job = any_job_of_three(draw, chip);
      const JobBound bound = bounds.of(job);
      const JobResult r = session.run(job);
      expect_bounds_below(bound, r, canonical_text(job));
      expect_invariants(chip, job, r);
      tightness += static_cast<double>(bound.time.count) / static_cast<double>(r.time.count);
      ++jobs;
    }
  }
  EXPECT_GT(tightness / jobs, 0.6);
}

// Of the network, whole: it reads every input pixel and writes every output pixel once at least.
TEST(SystolicArray, MovesEveryFeatureMapAndWeightAtLeastOnce) {
  const Chip chip;
  Session session(chip.hardware);
  for (const LayerShape& layer : layer_shapes(*workloads::build_by_name("mobilenet_v2"))) {
    if (!chip.devices[kArray]->can_run(layer)) continue;
    const JobResult r = session.run(chip.on_array(layer));
    const workloads::Window w = workloads::window_of(layer.op);
    const bool all_read = w.stride_height <= w.kernel_height;
    EXPECT_GE(r.noc_read_bytes,
              (all_read ? layer.input().elements() : 0) + workloads::weight_bytes(layer));
    EXPECT_EQ(r.noc_write_bytes, layer.output.elements());
  }
}

double cost(const platforms::Platform& platform, const Network& network, Objective objective) {
  LayerCosts costs(platform.hardware);
  const Mapping mapping = testing::mapped(costs, platform, network, Strategy::automatic, objective);
  return minimised(objective, totals_of(costs, platform, network, mapping));
}

TEST(SystolicArray, NeverMakesTheBestMappingWorse) {
  const Network network = small_network();
  for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
    for (const char* const macros : {"cim.macros=0", "cim.macros=2"}) {
      const Chip chip({macros});
      const platforms::Platform without = testing::platform("h4h-7nm", {macros});
      EXPECT_LE(cost(chip.platform, network, objective), cost(without, network, objective))
          << macros;
    }
  }
}

TEST(SystolicArray, HasSharesOfLayersWhereItIsFast) {
  const Chip chip({"array.rows=64", "array.columns=16", "array.clock=1 GHz", "cim.macros=0"});
  LayerCosts costs(chip.hardware);
  const Mapping mapping =
      testing::mapped(costs, chip.platform, small_network(), Strategy::automatic);
  std::int64_t channels = 0;
  for (const Split& split : mapping.layers) {
    channels += split.channels(kArray);
    EXPECT_TRUE(split.channels(kArray) % 16 == 0);
  }
  EXPECT_GT(channels, 0);
  EXPECT_TRUE(mapping.gap.has_value());
}

TEST(ListedDevices, OfTheTypeOfTheNpuHaveSharesToo) {
  const platforms::Platform chip = platforms::parse_platform(
      "extends: h4h-7nm.yaml\ndevices: {second: {type: ethos-u55, like: npu}}\n",
      (tests::source_dir() / "platforms" / "two-npus.yaml").string(), {"cim.macros=0"});
  LayerCosts costs(chip.hardware), of_one(chip.hardware);
  const Network network = *workloads::build_by_name("resnet8");
  const Mapping both = testing::mapped(costs, chip, network, Strategy::automatic);
  const Mapping one = testing::mapped(of_one, chip, network, Strategy::npu);
  std::int64_t channels = 0;
  for (const Split& split : both.layers) channels += split.channels(2);
  EXPECT_GT(channels, 0);
  EXPECT_LT(totals_of(costs, chip, network, both).picoseconds,
            totals_of(of_one, chip, network, one).picoseconds);
}

TEST(SystolicArray, IsPinnedByAMappingFile) {
  const Chip chip;
  const auto pins = [&](const std::string& layer) {
    return parse_mapping("layers:\n  - " + layer + "\n", "m.yaml", chip.devices, small_network());
  };
  EXPECT_EQ(pins("{layer: a, npu: 32, cim: 0, array: 16}").of(0)->at(kArray), 16);
  try {
    pins("{layer: a, npu: 40, cim: 0, array: 8}");
    FAIL();
  } catch (const MappingFileError& error) {
    EXPECT_NE(std::string(error.what())
                  .find("m.yaml:2: layer 'a': array: 8 channels is not a multiple of 16 "
                        "(its unit of split); use 0, 16, ..., 48"),
              std::string::npos)
        << error.what();
  }
}

TEST(SystolicArray, HasAReportWithEnergyAndLanesOfItsOwn) {
  const Chip chip;
  const Network network = small_network();
  Mapping mapping{"file", {}, {}};
  for (const LayerShape& layer : layer_shapes(network)) {
    mapping.layers.push_back(chip.on_array(layer).split);
  }
  LayerCosts costs(chip.hardware);
  const auto results = simulate_layers(costs, network, mapping);
  const Report report = make_report(chip.platform, network, mapping, results);
  std::int64_t macs = 0, cycles = 0;
  for (const JobResult& r : results) {
    macs += r.counts.of_listed(0, Event::npu_mac);
    cycles += r.counts.of_listed(0, Event::npu_cycle);
  }
  const double pj =
      0.3 * static_cast<double>(macs) + (2 + 0.01 * 256) * static_cast<double>(cycles);
  EXPECT_NEAR(report.device_joules(kArray), pj * 1e-12, pj * 1e-20);
  EXPECT_EQ(lane_name(report.devices[kArray], models::Lane::npu_mac), "array_mac");
  EXPECT_EQ(report.layers.front().bound, Bound("array"));
  EXPECT_NE(format_table(report, {true, {}}).find("array"), std::string::npos);
}

TEST(SystolicArray, SurvivesTextsAndTheWire) {
  const Chip chip({"array.columns=24"});
  const std::string text = platforms::layer_text(chip.hardware, {kNpu, kArray});
  EXPECT_NE(text.find("devices=array:systolic\n"), std::string::npos);
  EXPECT_NE(text.find("array.columns=24\n"), std::string::npos);
  EXPECT_EQ(platforms::layer_text(platforms::hardware_of(text), {kNpu, kArray}), text);
  const platforms::Platform back = decode_platform(encode(chip.platform));
  EXPECT_EQ(back, chip.platform);
  EXPECT_EQ(array_of(back).columns, 24);
}

TEST(SystolicArray, RefusesKeysAndValuesThatItDoesNotHave) {
  const auto problem = [](const std::string& keys) -> std::string {
    try {
      platforms::parse_platform(
          "extends: h4h-7nm.yaml\ndevices:\n  array: {type: systolic-array}\n" + keys,
          (tests::source_dir() / "platforms" / "p.yaml").string());
    } catch (const platforms::PlatformError& error) {
      const std::string message = error.what();
      return message.substr(message.find("p.yaml"));
    }
    return "";
  };
  EXPECT_EQ(problem("array.row: 16\n")
                .rfind("p.yaml:4: unknown key 'array.row' (did you mean 'array.rows'?); allowed: "
                       "array.rows, array.columns",
                       0),
            0u)
      << problem("array.row: 16\n");
  EXPECT_EQ(problem("array.rows: 0\n")
                .rfind("p.yaml:4: array.rows: '0' is out of bounds; allowed: 1 .. 1024", 0),
            0u)
      << problem("array.rows: 0\n");
  EXPECT_NE(problem("").find("missing keys: array.rows, array.columns, array.clock"),
            std::string::npos)
      << problem("");
  EXPECT_NE(problem("array.drain: slow\n").find("p.yaml:4: array.drain"), std::string::npos);
}

// A name of a key in two types: `--set NAME.key=VALUE` reads the value before it is known of which
// type the device is.
TEST(DeviceTypes, GiveKeysOfTheSameNameTheSameDimension) {
  std::map<std::string, platforms::Dimension> seen;
  for (const platforms::ListedDevice& device : platforms::one_of_each_type("x")) {
    const platforms::KeyList keys({device});
    for (std::size_t i = platforms::keys().size(); i < keys.size(); ++i) {
      const auto [place, is_new] = seen.insert({keys[i].path, keys[i].dimension});
      EXPECT_TRUE(is_new || place->second == keys[i].dimension) << keys[i].path;
    }
  }
}

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The guide's promise: a type of device is a directory and one line.
TEST(DeviceTypes, AreADirectoryAndOneLine) {
  const std::filesystem::path root = tests::source_dir();
  int lines = 0;
  for (const char* const directory :
       {"base", "cmake", "workloads", "platforms", "models", "sim", "nas", "tools", "python"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / directory)) {
      const std::string name = entry.path().filename().string(), ends = entry.path().extension();
      const bool code = ends == ".cpp" || ends == ".hpp" || ends == ".in" || ends == ".cmake" ||
                        name == "CMakeLists.txt";
      if (!code || entry.path().parent_path().filename() == "systolic") continue;
      std::istringstream text(text_of(entry.path()));
      for (std::string line; std::getline(text, line);) {
        if (line.find("ystolic") == std::string::npos) continue;
        EXPECT_EQ(line, "set(H4H_DEVICE_TYPES npu cim systolic)") << entry.path();
        ++lines;
      }
    }
  }
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace h4h::sim
