// Mapping, folding and reporting on a chip with more than one device of macros.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "base/json/json_writer.hpp"
#include "models/energy/energy.hpp"
#include "sim/job/wire.hpp"
#include "sim/mapping/layer_options.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "sim/mapping/share_search.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_data.hpp"
#include "tests/sim/three_devices.hpp"
#include "tests/sim/trace_text.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;
using testing::ThreeDevices;
using workloads::Network;

using platforms::kCim;
using platforms::kNpu;
constexpr DeviceId kSlow = 2;

Network three_convs() {
  workloads::NetworkBuilder b("three layers");
  auto at = b.input("x", {8, 8, 48});
  for (const char* const name : {"a", "b", "c"}) {
    at = b.add(name,
               workloads::Conv2d{48, workloads::same_window({8, 8, 48}, 3, 1),
                                 workloads::Activation::relu},
               {at});
  }
  b.output(at);
  return std::move(b).build();
}

// With a concat, which costs nothing in the whole network: its inputs are written to where its
// output lies.
Network three_convs_and_views() {
  workloads::NetworkBuilder b("three layers and views");
  const auto image = b.input("x", {16, 16, 48});
  const auto conv = [&](const std::string& name, workloads::TensorId from, std::int64_t out) {
    return b.add(name,
                 workloads::Conv2d{out, workloads::same_window(b.shape(from), 1, 1),
                                   workloads::Activation::relu},
                 {from});
  };
  const auto first = b.add("ab", workloads::Concat{}, {conv("a", image, 48), conv("b", image, 48)});
  b.output(conv("c", first, 48));
  return std::move(b).build();
}

workloads::LayerShape three_convs_layer() {
  const Network network = three_convs();
  return workloads::layer_shape(network, network.layers.front());
}

// "a" on all devices, "b" on the second group alone, "c" on the NPU.
Mapping in_thirds_and_whole() {
  const ActiveDevices active({{}, {8, 1}, {2, 1}});
  return {
      "file",
      active,
      {split_of({16, 16, 16}, active), split_of({0, 0, 48}, active), split_of({48, 0, 0}, active)}};
}

struct RunOfThree {
  ThreeDevices three;
  models::Timeline timeline;
  std::vector<JobResult> results;
  Report report;
};

RunOfThree run_of_three() {
  RunOfThree run;
  const Network network = three_convs();
  const ThreeDevices& three = run.three;
  run.results = run_network(three.hardware, network, in_thirds_and_whole(), run.timeline);
  run.report = make_report(three.chip, network, in_thirds_and_whole(), run.results);
  return run;
}

std::vector<std::int64_t> words_by_device(const models::Devices& devices, const Network& network,
                                          const Mapping& mapping) {
  std::vector<std::int64_t> words(devices.size());
  const std::vector<workloads::LayerShape> shapes = layer_shapes(network);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (DeviceId id = 0; id < devices.size(); ++id) {
      words[id] += words_of(*devices[id], shapes[i], mapping.layers[i].shares.at(id));
    }
  }
  return words;
}

void expect_each_within_capacity(const models::Devices& devices, const Network& network,
                                 const Mapping& mapping) {
  const std::vector<std::int64_t> words = words_by_device(devices, network, mapping);
  for (const DeviceId id : models::devices_of_macros(devices)) {
    EXPECT_LE(words[id], capacity_words(*devices[id], mapping.active.of(id).macros)) << id;
  }
}

TEST(SeveralMacros, FoldToWhatOneKernelTakes) {
  const RunOfThree run = run_of_three();
  LayerCosts costs(run.three.hardware);
  EXPECT_EQ(simulate_layers(costs, three_convs(), in_thirds_and_whole()), run.results);
  for (DeviceId id = 0; id < 3; ++id) {
    EXPECT_GT(run.results[0].busy_of(id), Picoseconds{}) << id;
    EXPECT_EQ(run.results[1].busy_of(id) > Picoseconds{}, id == kSlow) << id;
  }
}

TEST(SeveralMacros, HaveBoundsStorageAndSharesOfTheirOwnInAReport) {
  const RunOfThree run = run_of_three();
  EXPECT_EQ(run.report.macros_in_use(), 10);
  EXPECT_EQ(run.report.layers[1].bound, Bound("slow_cim"));
  EXPECT_NE(run.report.layers[2].bound, Bound("slow_cim"));
  const MacroStorage &fast = run.report.devices[kCim].storage,
                     &slow = run.report.devices[kSlow].storage;
  EXPECT_EQ(fast.weight_bytes, 16 * 9 * 48);
  EXPECT_EQ(slow.weight_bytes, (16 + 48) * 9 * 48);
  EXPECT_GE(fast.bytes, fast.word_bytes);
  EXPECT_EQ(fast.capacity_bytes, 4 * slow.capacity_bytes);
  EXPECT_EQ(run.report.storage().weight_bytes, fast.weight_bytes + slow.weight_bytes);
}

TEST(SeveralMacros, AreNamedInTableJsonAndCsv) {
  const RunOfThree run = run_of_three();
  const std::string table = format_table(run.report, {true, {}});
  EXPECT_NE(
      table.find("mapping file: 8 macros of cim with 1 unit each, 2 macros of slow_cim with 1 "
                 "unit each in use"),
      std::string::npos)
      << table;
  EXPECT_NE(table.find("storage of slow_cim: "), std::string::npos) << table;
  const auto json = nlohmann::json::parse(write_json(report_document(run.report)));
  EXPECT_EQ(json["mapping"]["macros_in_use"], 10);
  EXPECT_EQ(json["mapping"]["devices"][2]["name"], "slow_cim");
  EXPECT_EQ(json["mapping"]["devices"][2]["macros_in_use"], 2);
  EXPECT_EQ(json["layers"][0]["slow_cim_channels"], 16);
  EXPECT_EQ(json["layers"][1]["bound_by"], "slow_cim");
  EXPECT_GT(json["layers"][1]["slow_cim_busy_s"], 0);
}

TEST(SeveralMacros, HaveTracksOfTheirOwnInATrace) {
  const RunOfThree run = run_of_three();
  const auto trace = nlohmann::json::parse(testing::trace_text(run.report, run.timeline));
  std::map<std::string, int> processes;
  std::map<int, double> computing;  // microseconds by process, of the first macro
  for (const auto& event : trace["traceEvents"]) {
    if (event["name"] == "process_name") processes[event["args"]["name"]] = event["pid"];
    if (event["ph"] == "X" && event["tid"] == 10) {
      computing[event["pid"]] += event["dur"].get<double>();
    }
  }
  ASSERT_EQ(processes.count("CIM slow_cim"), 1u);
  EXPECT_NE(processes.at("CIM"), processes.at("CIM slow_cim"));
  EXPECT_NE(processes.at("NoC"), processes.at("CIM slow_cim"));
  for (const auto& [name, id] : {std::pair("CIM", kCim), std::pair("CIM slow_cim", kSlow)}) {
    Picoseconds busy;
    for (const JobResult& result : run.results) busy += result.busy_of(id);
    EXPECT_NEAR(computing[processes.at(name)], to_seconds(busy) * 1e6, 1e-9) << name;
  }
  EXPECT_NE(trace.dump().find("held by slow_cim"), std::string::npos);
}

TEST(SeveralMacros, HaveRowsAndARooflineOfTheirOwnOnAPage) {
  const RunOfThree run = run_of_three();
  const PageLanes lanes = page_lanes(
      run.report.devices, [&](models::Recorder& recorder) { run.timeline.replay(recorder); });
  const auto data = nlohmann::json::parse(
      write_json(page_data(run.report, run.three.chip, three_convs(), lanes)));
  const auto& layers = data["timelines"]["layers"];
  for (const char* const lane : {"slow_cim_compute", "slow_cim_dma_input", "noc_slow_cim"}) {
    EXPECT_TRUE(layers[0]["lanes"].contains(lane)) << lane;
    EXPECT_FALSE(layers[2]["lanes"].contains(lane)) << lane;
  }
  EXPECT_FALSE(layers[1]["lanes"].contains("cim_compute"));
  EXPECT_EQ(layers[1]["macros_busy"], (nlohmann::json{0, 0, 2}));
  ASSERT_EQ(data["rooflines"].size(), 3u);
  EXPECT_EQ(data["rooflines"][2]["device"], "slow_cim");
  EXPECT_EQ(data["rooflines"][2]["points"].size(), 2u);
  EXPECT_EQ(data["rooflines"][1]["points"][0]["macs"], data["rooflines"][2]["points"][0]["macs"])
      << "16 channels each";
}

// A layer takes 144 words of one macro, three groups of 16 channels with 48 each, and 96 of each of
// two.
TEST(SeveralMacros, AreFilledInTheirOrderByTheStrategyCim) {
  const ThreeDevices three({"cim.macros=1", fmt::format("cim.macro_size={} bit", 150 * 1152)},
                           100 * 1152);
  LayerCosts costs(three.hardware);
  const Network network = three_convs();
  const Mapping mapping = testing::mapped(costs, three.chip, network, Strategy::cim);
  EXPECT_EQ(mapping.layers[0].channels(kCim), 48);
  EXPECT_EQ(mapping.layers[1].channels(kSlow), 48);
  EXPECT_EQ(mapping.layers[2].channels(kNpu), 48) << "no capacity is left";
  EXPECT_EQ(mapping.active.macros(), 3);
  expect_each_within_capacity(three.devices, network, mapping);
}

// The least of all mappings that `auto` looks at.
double least_of_all(LayerCosts& costs, const ThreeDevices& three, const Network& network,
                    const Goal& goal) {
  const models::Devices& devices = three.devices;
  const std::vector<workloads::LayerShape> shapes = layer_shapes(network);
  double least = std::numeric_limits<double>::infinity();
  Mapping mapping{"auto", {}, std::vector<Split>(shapes.size())};
  const std::function<void(std::size_t)> choose = [&](std::size_t i) {
    if (i < shapes.size()) {
      for (const Split& split : layer_splits(devices, shapes[i], mapping.active)) {
        mapping.layers[i] = split;
        choose(i + 1);
      }
      return;
    }
    const std::vector<std::int64_t> words = words_by_device(devices, network, mapping);
    for (const DeviceId id : {kCim, kSlow}) {
      if (words[id] > capacity_words(*devices[id], mapping.active.of(id).macros)) return;
    }
    least = std::min(least, minimised(goal, totals_of(costs, three.chip, network, mapping)));
  };
  for (const ActiveDevices& active : active_choices(all_macros(devices), devices.size())) {
    mapping.active = active;
    choose(0);
  }
  return least;
}

void expect_auto_is_the_least(const Network& network, Objective objective = Objective::latency) {
  const Goal goal{objective, {}};
  // Words of a macro: a group of 16 channels takes 48.
  for (const auto& [words, slow_words] :
       {std::pair(96, 48), std::pair(48, 96), std::pair(500, 48)}) {
    const ThreeDevices three({"cim.macros=1", fmt::format("cim.macro_size={} bit", words * 1152)},
                             slow_words * 1152);
    LayerCosts costs(three.hardware);
    const Mapping mapping =
        testing::mapped(costs, three.chip, network, Strategy::automatic, objective);
    expect_each_within_capacity(three.devices, network, mapping);
    const double least = least_of_all(costs, three, network, goal);
    EXPECT_NEAR(minimised(goal, totals_of(costs, three.chip, network, mapping)), least,
                1e-9 * least)
        << words << " " << slow_words;
    EXPECT_NEAR(mapping.gap.value_or(1), 0, 1e-9);
  }
}

TEST(SeveralMacros, AreSharedByAutoWithinTheCapacityOfEach) {
  expect_auto_is_the_least(three_convs());
}

TEST(SeveralMacros, AreSharedByAutoBesideViewsToo) {
  expect_auto_is_the_least(three_convs_and_views());
}

TEST(SeveralMacros, AreSharedByAutoForTheLeastEnergyAndTheLeastProductToo) {
  for (const Objective objective : {Objective::energy, Objective::edp}) {
    expect_auto_is_the_least(three_convs(), objective);
    expect_auto_is_the_least(three_convs_and_views(), objective);
  }
}

TEST(SeveralMacros, AreSharedByAutoAsIfThereWereNoViews) {
  const ThreeDevices three;
  LayerCosts costs(three.hardware);
  const Network network = three_convs_and_views();
  ShareSearch search(costs, three.chip, network, Objective::edp, {}, Effort::quick);
  const auto numbers = search.numbers(all_macros(three.devices));
  ASSERT_EQ(numbers->costs.size(), network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const bool view = network.layers[i].name == "ab";
    for (const TwoCosts& choice : numbers->costs[i]) {
      EXPECT_EQ(choice.first == 0 && choice.second == 0, view) << network.layers[i].name;
    }
  }
}

// Where macros leak, some of them are best, which the search comes to after all of them.
TEST(SeveralMacros, AreNeverWorseThanFewerOfThemBesideViews) {
  const Network network = three_convs_and_views();
  const auto joules = [&](const char* macros) {
    const platforms::Platform chip = ThreeDevices({fmt::format("cim.macros={}", macros),
                                                   "slow_cim.macros=1", "leakage.macro=100 mW"})
                                         .chip;
    LayerCosts costs(chip.hardware);
    const Mapping mapping =
        testing::mapped(costs, chip, network, Strategy::automatic, Objective::energy);
    return totals_of(costs, chip, network, mapping).joules;
  };
  const double all = joules("8");
  for (const char* macros : {"4", "2", "1", "0"}) EXPECT_LE(all, joules(macros)) << macros;
}

TEST(SeveralMacros, AreNeverWorseThanOneGroupOfThem) {
  const Network network = three_convs();
  const auto latency = [&](const platforms::Platform& chip) {
    LayerCosts costs(chip.hardware);
    return totals_of(costs, chip, network,
                     testing::mapped(costs, chip, network, Strategy::automatic))
        .picoseconds;
  };
  EXPECT_LE(latency(ThreeDevices().chip), latency(testing::platform("h4h-7nm")));
}

std::string mapping_error(const std::string& text) {
  const ThreeDevices three({}, 60 * 1152);
  try {
    parse_mapping(text, "m.yaml", three.devices, three_convs());
  } catch (const MappingFileError& error) {
    return error.what();
  }
  return {};
}

TEST(SeveralMacros, AreReadFromAMappingFileAndWrittenToIt) {
  const ThreeDevices three;
  const Network network = three_convs();
  const std::string text = mapping_text(three.devices, network, in_thirds_and_whole());
  EXPECT_NE(text.find("macros_in_use: {cim: 8, slow_cim: 2}\n"), std::string::npos) << text;
  const Pins pins = parse_mapping(text, "m.yaml", three.devices, network);
  EXPECT_EQ(pins.active.of(kSlow).macros, 2);
  EXPECT_EQ(pins.active.of(kCim).units, 1);
  EXPECT_EQ(*pins.of(0), (std::vector<std::int64_t>{16, 16, 16}));
  LayerCosts costs(three.hardware);
  const auto mapping = std::get<Mapping>(
      map_network(costs, three.chip, network, Strategy::automatic, Objective::latency, pins));
  EXPECT_EQ(mapping.layers, in_thirds_and_whole().layers);
  EXPECT_EQ(mapping_text(three.devices, network, mapping), text);
}

TEST(SeveralMacros, OfAMappingFileAreCheckedOneByOne) {
  EXPECT_EQ(mapping_error("layers:\n  - {layer: a, npu: 0, cim: 0, slow_cim: 48}\n"),
            "m.yaml:2: layer 'a' does not fit: its share takes 27648 B of the macros of slow_cim, "
            "17280 B are left in 2 of 8640 B each");
  EXPECT_EQ(mapping_error("layers:\n  - {layer: a, npu: 0, cim: 48, slow_cim: 0}\n"), "");
  EXPECT_EQ(mapping_error("macros_in_use: 2\nlayers: []\n"),
            "m.yaml:1: macros_in_use: must be a map of devices");
  EXPECT_NE(mapping_error("macros_in_use: {slow_cim: 3}\nlayers: []\n").find("slow_cim"),
            std::string::npos);
  EXPECT_NE(mapping_error("macros_in_use: {slow: 1}\nlayers: []\n").find("'slow'"),
            std::string::npos);
  EXPECT_NE(mapping_error("layers:\n  - {layer: a, npu: 0, cim: 48}\n").find("slow_cim"),
            std::string::npos);
  EXPECT_EQ(mapping_error("macros_in_use: {slow_cim: 0}\nlayers:\n"
                          "  - {layer: a, npu: 32, cim: 0, slow_cim: 16}\n"),
            "m.yaml:3: layer 'a': no macro is in use; allowed: slow_cim: 0");
}

TEST(SeveralMacros, ShareResultsOfLayersToWhichOtherDevicesDoNotMatter) {
  const ThreeDevices three, slower({"slow_cim.step=50 ns"});
  JobResults results(nullptr, nullptr);
  EXPECT_EQ(&results.set_of(three.hardware, {kNpu, kCim}),
            &results.set_of(slower.hardware, {kNpu, kCim}));
  EXPECT_NE(&results.set_of(three.hardware, {kNpu, kSlow}),
            &results.set_of(slower.hardware, {kNpu, kSlow}));
  EXPECT_NE(&results.set_of(three.hardware, {kNpu}),
            &results.set_of(testing::platform("h4h-7nm").hardware, {kNpu}))
      << "a job has a share for each device";
}

TEST(SeveralMacros, AreCountedAndPricedByThemselves) {
  const ThreeDevices three;
  const JobResult r = three.run({three_convs_layer(), {{{16, 0, 0}, {16, 8, 1}, {16, 2, 1}}}, {}});
  const std::int64_t macs = workloads::macs(three_convs_layer()) / 3;
  EXPECT_EQ(r.counts[models::Event::cim_mac], macs);
  EXPECT_EQ(r.counts.of_listed(0, models::Event::cim_mac), macs);
  EXPECT_EQ(decode_result(encode(r)), r);
  platforms::Platform dear = three.chip;
  dear.coefficients.more.at(0).energy.cim_mac *= 2;
  dear.coefficients.more.at(0).leakage.macro *= 3;
  const auto energy = [&](const platforms::Platform& p) {
    const ActiveDevices active({{}, {8, 1}, {2, 1}});
    return models::energy_of(r.counts, r.time, active.powered(), p.coefficients);
  };
  EXPECT_NEAR(energy(dear).of_listed().at(0) - energy(three.chip).of_listed().at(0),
              static_cast<double>(macs) * three.chip.coefficients.energy.cim_mac, 1e-18);
  EXPECT_NEAR(energy(dear)[models::Part::leakage] - energy(three.chip)[models::Part::leakage],
              2 * 2 * three.chip.coefficients.leakage.macro * to_seconds(r.time), 1e-18);
  EXPECT_EQ(energy(dear)[models::Part::cim], energy(three.chip)[models::Part::cim]);
}

}  // namespace
}  // namespace h4h::sim
