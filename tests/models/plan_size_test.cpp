#include "models/device/plan_size.hpp"

#include <gtest/gtest.h>

#include "models/device/devices.hpp"
#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"
#include "tests/support/layer_shapes.hpp"

namespace h4h::models {
namespace {

using platforms::kCim;
using platforms::kNpu;
using workloads::LayerShape;
using workloads::Shape;

platforms::Hardware hardware(const std::vector<std::string>& sets = {}) {
  return platforms::load_platform(tests::source_dir() / "platforms/h4h-7nm.yaml", sets).hardware;
}

DevicePlan plan(const Devices& devices, platforms::DeviceId device, const LayerShape& layer) {
  DeviceTask task;
  task.layer = layer;
  task.share = {layer.output.channels, 8, 1};
  task.input_bytes = layer.input().elements();
  return devices.at(device)->plan(task);
}

std::string refusal(platforms::DeviceId device, const LayerShape& layer,
                    const std::vector<std::string>& sets = {}) {
  const Devices devices = make_devices(hardware(sets));
  return tests::message_of<PlanTooLarge>([&] { plan(devices, device, layer); });
}

LayerShape relu(const Shape& map) {
  return tests::shaped(workloads::Activate{workloads::Activation::relu}, map);
}
LayerShape attention(const Shape& map, std::int64_t heads) {
  return {workloads::Attention{heads}, {map, map, map}, map, {}, {}};
}
LayerShape softmax_of(const Shape& map) { return tests::shaped(workloads::Softmax{}, map); }
LayerShape matmul(std::int64_t matrices, std::int64_t rows, std::int64_t columns) {
  const Shape left{matrices, rows, 64}, right{matrices, columns, 64};
  return {workloads::MatMul{true}, {left, right}, {matrices, rows, columns}, {}, {}};
}

void expect_refused(platforms::DeviceId device, const LayerShape& layer,
                    const std::vector<std::string>& sets = {}) {
  const std::string message = refusal(device, layer, sets);
  EXPECT_NE(message.find("million steps to simulate; allowed: 4 million"), std::string::npos)
      << workloads::op_name(layer.op) << " " << workloads::to_string(layer.input()) << message;
}

// Each would take gigabytes or hours; none of them is built.
TEST(PlanSize, LayersOfTooManyStepsAreRefusedWithTheEstimateWhateverTheirOperator) {
  for (const LayerShape& layer :
       {relu({32768, 65536, 1}), attention({136, 129, 300}, 1), attention({64, 1024, 64}, 16),
        softmax_of({65536, 65536, 64}), matmul(1 << 20, 512, 512),
        tests::conv({16384, 16384, 256}, 256, 3), tests::depthwise({16384, 16384, 64}),
        tests::linear(1 << 28, 64)}) {
    expect_refused(kNpu, layer);
  }
  expect_refused(kNpu, matmul(4, 64, 1 << 24), {"npu.dynamic_matmul.rule=arm"});
  expect_refused(kNpu, softmax_of({65536, 65536, 2}), {"npu.softmax.cycles_per_element=0"});
  expect_refused(kCim, tests::conv({65536, 65536, 512}, 16, 3));
  expect_refused(kCim, tests::depthwise({65536, 65536, 64}));
}

TEST(PlanSize, EstimatesAreWithinAThirdOfThePlansThatAreBuilt) {
  const Devices devices = make_devices(hardware());
  for (const LayerShape& layer : {relu({512, 512, 16}), tests::conv({112, 112, 64}, 128, 3)}) {
    const auto steps = std::get<NpuPlan>(plan(devices, kNpu, layer)).steps.size();
    const double times = static_cast<double>(kMostPlanSteps) / static_cast<double>(steps);
    const auto higher = [&](double by) {
      const auto height = static_cast<std::int64_t>(static_cast<double>(layer.output.height) * by);
      return tests::shaped(layer.op, {height, layer.input().width, layer.input().channels});
    };
    EXPECT_THROW(plan(devices, kNpu, higher(times * 1.34)), PlanTooLarge)
        << workloads::op_name(layer.op);
    EXPECT_NO_THROW(plan(devices, kNpu, higher(times * 0.66))) << workloads::op_name(layer.op);
  }
}

}  // namespace
}  // namespace h4h::models
