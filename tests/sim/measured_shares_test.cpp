#include <gtest/gtest.h>

#include <fmt/format.h>

#include "models/energy/energy.hpp"
#include "sim/mapping/shares.hpp"
#include "sim/report/report.hpp"
#include "tests/sim/support.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"

namespace h4h::sim {
namespace {

using models::Part;
using platforms::kCim;
using platforms::kNpu;
using testing::conv;
using testing::depthwise;
using testing::linear;
using workloads::LayerShape;

const std::string kHeader = "op,H,W,Cin,Cout,k,stride,latency,energy\n";

// The row of a table for a layer by itself.
std::string row_of(const LayerShape& layer, double picoseconds, double joules) {
  const auto s = workloads::listed_shape(layer);
  return fmt::format(
      "{},{},{},{},{},{},{},{:.0f} ps,{:.0f} fJ\n", workloads::to_string(s->op), s->height,
      s->width, s->in_channels, s->out_channels,
      s->op == workloads::ListedOp::conv3x3 || s->op == workloads::ListedOp::dw3x3 ? 3 : 1,
      s->stride, picoseconds, joules * 1e15);
}

double dynamic_joules(const JobResult& result, const platforms::Platform& chip) {
  return models::energy_of(result.counts_for_energy(), {}, 0, chip.coefficients).total();
}

// All shares that `auto` gives the device, as the model has them, times and energies scaled.
std::string table_of(const platforms::Platform& chip, platforms::DeviceId device,
                     const std::vector<LayerShape>& layers, double scale = 1) {
  LayerCosts costs(chip.hardware);
  const platforms::Cim& cim = chip.hardware.cim;
  std::string rows = kHeader;
  std::vector<workloads::ListedShape> known;
  for (const LayerShape& layer : layers) {
    for (const std::int64_t channels : channel_choices(*costs.devices()[kCim], layer)) {
      const std::int64_t share = device == kCim ? channels : layer.output.channels - channels;
      if (share == 0) continue;
      const LayerShape part = share_of(layer, share);
      const auto listed = *workloads::listed_shape(part);
      if (std::find(known.begin(), known.end(), listed) != known.end()) continue;
      known.push_back(listed);
      const JobResult result =
          costs.cost(device == kCim ? testing::on_cim(part, cim.macros, cim.compute_units)
                                    : testing::on_npu(part));
      rows += row_of(part, scale * static_cast<double>(result.time.count),
                     scale * dynamic_joules(result, chip));
    }
  }
  return rows;
}

// Of few macros, so that it pays to share layers.
const std::string kFewMacros = "cim.macros=2";
platforms::Platform model() { return testing::platform("h4h-7nm", {kFewMacros}); }

// The platform with tables of both devices; a scale of 0: without that device's.
platforms::Platform with_tables(const std::vector<LayerShape>& layers, double npu_scale,
                                double cim_scale) {
  const tests::TemporaryFolder folder;
  const platforms::Platform chip = model();
  std::vector<std::string> sets{kFewMacros};
  const auto add = [&](const char* key, platforms::DeviceId device, double scale) {
    if (scale == 0) return;
    const auto file =
        folder.write(fmt::format("{}.csv", key), table_of(chip, device, layers, scale));
    sets.push_back(fmt::format("{}={}", key, file.string()));
  };
  add("npu.measured", kNpu, npu_scale);
  add("cim.measured", kCim, cim_scale);
  return testing::platform("h4h-7nm", sets);
}

const std::vector<LayerShape>& layers() {
  // Of MobileNetV2, and a convolution and a linear layer.
  static const std::vector<LayerShape> all{
      conv({112, 112, 16}, 96, 1), depthwise({56, 56, 144}), depthwise({28, 28, 192}),
      conv({14, 14, 64}, 384, 1),  depthwise({14, 14, 384}), conv({28, 28, 32}, 64, 3, 2),
      conv({14, 14, 96}, 576, 1),  linear(256, 96)};
  return all;
}

workloads::Network one_layer(const LayerShape& layer) {
  workloads::NetworkBuilder builder("one");
  const auto in = builder.input("in", layer.input());
  builder.output(builder.add("layer", layer.op, {in}));
  return std::move(builder).build();
}

Mapping best(const platforms::Platform& chip, const LayerShape& layer, Objective objective) {
  LayerCosts costs(chip.hardware);
  return testing::mapped(costs, chip, one_layer(layer), Strategy::automatic, objective);
}

TEST(MeasuredShares, ATableOfTheModelGivesTheModelsMappingsTimesAndEnergies) {
  const platforms::Platform modelled = model(), measured = with_tables(layers(), 1, 1);
  int shared = 0;
  for (const LayerShape& layer : layers()) {
    for (const Objective objective : {Objective::latency, Objective::energy, Objective::edp}) {
      const Mapping expected = best(modelled, layer, objective),
                    found = best(measured, layer, objective);
      EXPECT_EQ(found.layers, expected.layers);
      EXPECT_EQ(found.active.macros(), expected.active.macros());
      const bool both =
          expected.layers.front().channels(kNpu) > 0 && expected.layers.front().channels(kCim) > 0;
      shared += both ? 1 : 0;
      LayerCosts model_costs(modelled.hardware), measured_costs(measured.hardware);
      const auto network = one_layer(layer);
      const JobResult a = simulate_layers(model_costs, network, expected).front();
      const JobResult b = simulate_layers(measured_costs, network, expected).front();
      EXPECT_EQ(b.time, a.time);
      EXPECT_NEAR(dynamic_joules(b, measured), dynamic_joules(a, modelled), 2e-15);
    }
  }
  EXPECT_GT(shared, 3) << "layers whose best mapping shares them";
}

TEST(MeasuredShares, ADeviceMeasuredToBeSlowGetsLess) {
  const platforms::Platform slow_npu = with_tables(layers(), 8, 1),
                            slow_cim = with_tables(layers(), 1, 8), as_modelled = model();
  int moved_off_npu = 0, moved_off_cim = 0;
  for (const LayerShape& layer : layers()) {
    const auto on_npu = [&](const platforms::Platform& chip) {
      return best(chip, layer, Objective::latency).layers.front().channels(kNpu);
    };
    EXPECT_LE(on_npu(slow_npu), on_npu(as_modelled));
    EXPECT_GE(on_npu(slow_cim), on_npu(as_modelled));
    moved_off_npu += on_npu(slow_npu) < on_npu(as_modelled) ? 1 : 0;
    moved_off_cim += on_npu(slow_cim) > on_npu(as_modelled) ? 1 : 0;
  }
  EXPECT_GE(moved_off_npu, 3);
  EXPECT_GE(moved_off_cim, 3);
}

// The formula of measured.hpp, on a layer of which the table has one share's row only.
TEST(MeasuredShares, SharingCostsWhatTheModelSaysOnTopOfTheLongestShare) {
  const LayerShape layer = conv({16, 16, 32}, 64, 3), half = share_of(layer, 32);
  const platforms::Platform chip = testing::platform("h4h-7nm");
  LayerCosts model(chip.hardware);
  const LayerJob shared = testing::split(layer, 32, 8, 1);
  const JobResult npu = model.cost(testing::on_npu(half)),
                  cim = model.cost(testing::on_cim(half, 8, 1)), both = model.cost(shared);
  const tests::TemporaryFolder folder;
  const std::int64_t slow = 3 * std::max(npu.time, cim.time).count;
  const auto file = folder.write("t.csv", kHeader + row_of(half, static_cast<double>(slow), 5e-6));
  const platforms::Platform measured =
      testing::platform("h4h-7nm", {"cim.measured=" + file.string()});
  LayerCosts costs(measured.hardware);
  const JobResult result = costs.cost(shared);
  EXPECT_EQ(result.source, Source::measured);
  EXPECT_EQ(result.time.count, slow + both.time.count - std::max(npu.time, cim.time).count);
  EXPECT_NEAR(dynamic_joules(result, measured),
              5e-6 + dynamic_joules(both, chip) - dynamic_joules(cim, chip), 2e-15);
  EXPECT_EQ(result.counts, both.counts);
  EXPECT_EQ(costs.cost(testing::split(layer, 48, 8, 1)),
            model.cost(testing::split(layer, 48, 8, 1)))
      << "no row covers its shares";
  EXPECT_EQ(costs.cost(testing::split(layer, 32, 4, 1)),
            model.cost(testing::split(layer, 32, 4, 1)))
      << "gated macros are not what was measured";
}

TEST(MeasuredShares, WholeLayersTakeTheMeasuredEnergyAndLeakBesides) {
  const LayerShape layer = conv({16, 16, 32}, 64, 3);
  const tests::TemporaryFolder folder;
  const auto file = folder.write("t.csv", kHeader + row_of(layer, 1e6, 7e-6));
  const platforms::Platform chip = testing::platform("h4h-7nm", {"npu.measured=" + file.string()});
  LayerCosts costs(chip.hardware);
  const workloads::Network network = one_layer(layer);
  const Mapping mapping = testing::mapped(costs, chip, network, Strategy::npu);
  const Report report =
      make_report(chip, network, mapping, simulate_layers(costs, network, mapping));
  EXPECT_DOUBLE_EQ(report.energy_j[Part::measured], 7e-6);
  EXPECT_DOUBLE_EQ(report.energy_j.total(), 7e-6 + report.energy_j[Part::leakage]);
  EXPECT_GT(report.energy_j[Part::leakage], 0);
  EXPECT_GT(report.noc_bytes, 0) << "bytes stay those of the model";
  EXPECT_NE(report.remarks.front().find("their times and the energy of 1 are"), std::string::npos)
      << report.remarks.front();
}

}  // namespace
}  // namespace h4h::sim
