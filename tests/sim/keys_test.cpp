#include "platforms/description/keys.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "base/json/json_writer.hpp"
#include "sim/report/format.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"

namespace h4h::sim {
namespace {

using platforms::Key;
using platforms::Platform;
using workloads::Activation;
using workloads::Network;
using Settings = std::vector<std::string>;

// Small, and yet: a convolution whose rows exceed a stream buffer, layers that are bound by each
// part of a chip, and a linear layer larger than all macros of the shipped platforms together.
Network every_mechanism() {
  workloads::NetworkBuilder b("every_mechanism");
  auto t = b.input("image", {16, 32, 8});
  const auto window = [&](std::int64_t kernel, std::int64_t stride) {
    return workloads::same_window(b.shape(t), kernel, stride);
  };
  t = b.add("conv", workloads::Conv2d{160, window(3, 1), Activation::relu}, {t});
  t = b.add("depthwise", workloads::DepthwiseConv2d{1, window(3, 2), Activation::relu}, {t});
  t = b.add("norm", workloads::LayerNorm{}, {t});
  t = b.add("attention", workloads::Attention{10}, {t, t, t});
  const auto skip = t;
  t = b.add("pointwise", workloads::Conv2d{160, window(1, 1), Activation::none}, {t});
  t = b.add("add", workloads::Elementwise{}, {t, skip});
  b.output(
      b.add("softmax", workloads::Softmax{}, {b.add("scores", workloads::MatMul{true}, {t, t})}));
  t = b.add("mean", workloads::Mean{}, {t});
  t = b.add("wide", workloads::Linear{8192, Activation::relu}, {t});
  t = b.add("large", workloads::Linear{1536, Activation::none}, {t});
  b.output(t);
  return std::move(b).build();
}

// Every layer that macros can run: a half for the NPU, a half for all devices of macros together,
// in whole words, the last of them with what is left.
Mapping halves(const models::Devices& devices, const Network& network) {
  const ActiveDevices all = all_macros(devices);
  Mapping mapping{"halves", all, {}};
  for (const workloads::LayerShape& layer : layer_shapes(network)) {
    mapping.layers.push_back(on_npu(devices, layer));
    std::vector<DeviceId> able;
    for (const DeviceId id : models::devices_of_macros(devices)) {
      if (all.of(id).macros > 0 && devices[id]->can_run(layer)) able.push_back(id);
    }
    std::vector<std::int64_t> channels(devices.size());
    const std::int64_t half = able.empty() ? 0 : layer.output.channels / 2;
    std::int64_t left = half;
    for (const DeviceId id : able) {
      const auto part = static_cast<std::int64_t>(able.size());
      channels[id] = id == able.back() ? left : half / part / 16 * 16;
      left -= channels[id];
    }
    channels[platforms::kNpu] = layer.output.channels - half;
    mapping.layers.back() = split_of(channels, all);
  }
  return mapping;
}

// What a user sees of a platform's runs, one after the other and each only when asked for. Without
// `area`, only what came about while they ran.
class Runs {
 public:
  Runs(Platform platform, bool area)
      : platform_(std::move(platform)), costs_(platform_.hardware), area_(area) {}

  static constexpr std::size_t kCount = 4;

  const std::string& text(std::size_t i) {
    if (texts_.at(i).empty()) texts_.at(i) = report(mapping(i));
    return texts_.at(i);
  }

 private:
  MappingResult mapping(std::size_t i) {
    constexpr std::array<Strategy, 3> kStrategies{Strategy::npu, Strategy::cim,
                                                  Strategy::automatic};
    if (i == 0) {
      MappingResult npu = map_network(costs_, platform_, network_, Strategy::npu);
      if (std::holds_alternative<Infeasible>(npu)) return npu;
      return halves(costs_.devices(), network_);
    }
    return map_network(costs_, platform_, network_, kStrategies.at(i - 1));
  }

  std::string report(const MappingResult& result) {
    if (const auto* infeasible = std::get_if<Infeasible>(&result)) return infeasible->reason;
    const auto& mapping = std::get<Mapping>(result);
    Report report =
        make_report(platform_, network_, mapping, simulate_layers(costs_, network_, mapping));
    constexpr double kRarely = 0.01;  // so that every platform is in time
    add_duty_cycle(report, platform_, kRarely);
    report.platform_hash.clear();
    for (DeviceReport& device : report.devices) device.active = {};  // it repeats the platform
    if (!area_) report.area_mm2 = {};
    return write_json(report_document(report));
  }

  Platform platform_;
  LayerCosts costs_;
  bool area_;
  Network network_ = every_mechanism();
  std::array<std::string, kCount> texts_;
};

// The value as text that a file could hold.
template <typename Field, typename Value>
std::string text_of(const Platform& platform, const Key& key, const Field& field, Value value) {
  Platform holder = platforms::empty_platform(platform.hardware.more);
  field.of(holder) = value;
  return value_text(holder, key);
}

// Other values of a key: all of a choice; of a number the double, the half, the least, the largest.
struct Others {
  const Platform& platform;
  const Key& key;

  Settings operator()(const platforms::ChoiceField& field) const {
    return {field.names.begin(), field.names.end()};
  }
  Settings operator()(const platforms::IntegerField& field) const {
    Settings texts;
    const auto& only = field.only_with ? field.only_with(platform) : field.only;
    for (const std::int64_t value : only) texts.push_back(std::to_string(value));
    return texts.empty() ? numbers(field) : texts;
  }
  Settings operator()(const platforms::RealField& field) const { return numbers(field); }
  Settings operator()(const platforms::TableField&) const {
    return {(tests::source_dir() / "tests/data/measured.csv").string()};
  }
  Settings operator()(const platforms::OptionalField& field) const {
    return {text_of(platform, key, field, 0.5), text_of(platform, key, field, 0.25)};
  }

  template <typename Field>
  Settings numbers(const Field& field) const {
    Platform copy = platform;
    const auto now = field.of(copy);
    Settings texts;
    for (const auto value : {now * 2, now / 2, field.low, field.high}) {
      if (value >= field.low && value <= field.high)
        texts.push_back(text_of(platform, key, field, value));
    }
    return texts;
  }
};

bool is_enumerated(const Key& key) {
  const auto* integer = std::get_if<platforms::IntegerField>(&key.field);
  return std::holds_alternative<platforms::ChoiceField>(key.field) ||
         (integer != nullptr && !integer->only.empty());
}

// Keys of parts that a platform without macros does not have.
bool needs_macros(const Key& key) {
  if (key.path == "cim.macros" || key.device >= platforms::kFirstOfList) return false;
  return key.path.find("cim") != std::string::npos || key.path == "leakage.macro" ||
         key.path == "noc.exclusivity";
}

// What a key needs set beside it to matter on a platform.
Settings setting_for(const Key& key, const Platform& platform) {
  if (key.path == "npu.dynamic_matmul.utilization") return {"npu.dynamic_matmul.rule=dense"};
  if (key.path == "npu.weights.schedule") {
    if (platform.hardware.npu.type == platforms::NpuType::ethos_u85) {
      return {"npu.weights.port=private", "weights.bandwidth=1 GB/s", "npu.macs_per_cycle=1024",
              "weights.latency=32 ns"};
    }
    return {"npu.weights.port=private", "weights.bandwidth=1 GB/s", "npu.macs_per_cycle=256"};
  }
  if (key.path == "npu.type") {  // a size of each type, and weights that do not bound all layers
    return {"npu.macs_per_cycle=256", "weights.bandwidth=16 GB/s"};
  }
  if (key.path == "npu.traversal") return {"npu.type=ethos-u85", "npu.macs_per_cycle=128"};
  if (key.path == "sram.outstanding") return {"sram.outstanding=1"};
  if (key.path == "weights.outstanding") return {"weights.outstanding=1", "weights.latency=5 us"};
  if (key.path == "weights.burst" && platform.hardware.npu.type == platforms::NpuType::ethos_u85) {
    return {"weights.outstanding=1", "weights.latency=5 us"};
  }
  if (key.path == "backing.outstanding") return {"sram.size=40 KiB", "backing.outstanding=1"};
  if (key.path == "cim.replication") return {"cim.macros=16"};  // more than groups of channels
  if (key.device >= platforms::kFirstOfList && key.path.find(".replication") != std::string::npos) {
    return {key.path.substr(0, key.path.find('.')) + ".macros=16"};
  }
  if (key.path == "sram.schedule") return {"sram.size=40 KiB", "backing.bandwidth=50 MB/s"};
  if (key.path == "sram.halo") {
    return {"sram.size=40 KiB", "backing.bandwidth=50 MB/s", "sram.schedule=cascade"};
  }
  const bool spills = key.path.find("backing") != std::string::npos;
  if (spills || key.path == "sram.overflow") return {"sram.size=40 KiB"};
  Settings settings;
  if (platform.hardware.cim.macros == 0 && needs_macros(key)) settings = {"cim.macros=2"};
  if (key.path == "energy.cim_write_byte") settings.emplace_back("cim.volatile=yes");
  const std::set<std::string_view> of_operand_buffers{"cim.dynamic_operands.softmax",
                                                      "energy.cim_softmax", "area.cim_operand_byte",
                                                      "leakage.cim_operand_byte"};
  if (of_operand_buffers.count(key.path) > 0) {
    settings.emplace_back("cim.dynamic_operands.size=64 KiB");
  }
  return settings;
  return {};
}

bool affects_energy_and_area_only(const Key& key) {
  return key.affects == platforms::Affects::energy_and_area;
}

class EveryKey : public ::testing::TestWithParam<std::string> {
 protected:
  // Every other choice must show in some run; of a number's other values one.
  void expect_effect(const Key& key, const Settings& sets) {
    const Platform platform = testing::platform(GetParam(), sets);
    Runs& base = bases_
                     .try_emplace({sets, affects_energy_and_area_only(key)}, platform,
                                  affects_energy_and_area_only(key))
                     .first->second;
    bool any = false;
    for (const std::string& value : std::visit(Others{platform, key}, key.field)) {
      if (value == value_text(platform, key)) continue;
      const bool shown = shows(base, key, value, sets);
      any = any || shown;
      if (shown && !is_enumerated(key)) return;
      EXPECT_TRUE(shown || !is_enumerated(key)) << key.path << "=" << value << " shows nowhere";
    }
    EXPECT_TRUE(any) << key.path << " has no effect";
  }

 private:
  bool shows(Runs& base, const Key& key, const std::string& value, Settings sets) {
    sets.push_back(fmt::format("{}={}", key.path, value));
    Runs other(testing::platform(GetParam(), sets), affects_energy_and_area_only(key));
    for (std::size_t i = 0; i < Runs::kCount; ++i) {
      if (other.text(i) != base.text(i)) return true;
    }
    return false;
  }

  std::map<std::pair<Settings, bool>, Runs> bases_;
};

TEST_P(EveryKey, ShowsInSomeReport) {
  const Platform platform = testing::platform(GetParam());
  const platforms::KeyList keys(platform);
  for (const Key& key : keys) expect_effect(key, setting_for(key, platform));
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
// One of each kind of chip; the other shipped platforms differ from these in values alone.
INSTANTIATE_TEST_SUITE_P(Keys, EveryKey,
                         ::testing::Values("h4h-7nm", "h4h-7nm-flash-weights", "h4h-mram-sram",
                                           "h4h-u65", "h4h-u85", "cim-analog", "cim-sram-digital",
                                           "ethos-u55-deep", "ethos-u55-high-end-measured",
                                           "ethos-u65-dedicated-sram", "ethos-u85-dram-mid",
                                           "ra8p1"),
                         test_name);

}  // namespace
}  // namespace h4h::sim
