#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "tools/studies/curve.hpp"
#include "tools/studies/run_layer.hpp"
#include "tools/studies/table1.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::studies {
namespace {

constexpr std::int64_t kMacros = 8;

struct Pointwise {
  std::string network;  // the first that has it
  workloads::Shape input;
  workloads::Conv2d op;

  auto shape() const {
    return std::tuple(input.height, input.width, input.channels, op.out_channels,
                      op.window.stride_height);
  }
};

// Of one pixel it would be a fully connected layer.
std::optional<Pointwise> pointwise_of(const workloads::Network& network,
                                      const workloads::Layer& layer) {
  const auto* const conv = std::get_if<workloads::Conv2d>(&layer.op);
  if (conv == nullptr || conv->window.kernel_height * conv->window.kernel_width != 1) return {};
  const workloads::Shape& input = network.tensors.at(layer.inputs.front()).shape;
  if (input.height * input.width == 1) return {};
  return Pointwise{network.name, input, *conv};
}

// The built-in networks at their default sizes, and three of Table 1's space.
std::vector<workloads::Network> shipped_networks() {
  std::vector<workloads::Network> networks;
  for (const workloads::CatalogueEntry& entry : workloads::catalogue()) {
    networks.push_back(*workloads::build_by_name(entry.name));
  }
  for (const char* const size : {"min", "mid", "max"}) {
    networks.push_back(table1_network(size));
  }
  return networks;
}

// Every shape once.
std::vector<Pointwise> shipped_layers() {
  std::vector<Pointwise> layers;
  std::set<decltype(std::declval<Pointwise>().shape())> known;
  for (const workloads::Network& network : shipped_networks()) {
    for (const workloads::Layer& layer : network.layers) {
      const std::optional<Pointwise> pointwise = pointwise_of(network, layer);
      if (pointwise && known.insert(pointwise->shape()).second) layers.push_back(*pointwise);
    }
  }
  return layers;
}

std::string name_of(const Pointwise& layer) {
  const auto& [height, width, in, out, stride] = layer.shape();
  return fmt::format("pw1x1 {}x{}x{} to {} s{}", height, width, in, out, stride);
}

workloads::Network network_of(const Pointwise& layer) {
  const std::string name = name_of(layer);
  workloads::NetworkBuilder builder(name);
  const workloads::TensorId input = builder.input("input", layer.input);
  builder.output(builder.add(name, layer.op, {input}));
  return std::move(builder).build();
}

struct Ratio {
  double throughput = 0, energy_efficiency = 0;  // of the macros, those of the NPU being 1
};

class Bench {
 public:
  explicit Bench(const Setup& setup)
      : npu_(setup.platform({{"cim.macros", 0}})),
        cim_(setup.platform({{"cim.macros", kMacros}})),
        npu_costs_(npu_.hardware, setup.results()),
        cim_costs_(cim_.hardware, setup.results()) {}

  // nullopt where the macros cannot hold the layer.
  std::optional<Ratio> ratio(const Pointwise& layer, Table& table) {
    const workloads::Network network = network_of(layer);
    const sim::Report npu = run_network(npu_costs_, npu_, network, sim::Strategy::npu);
    const sim::Report cim = run_network(cim_costs_, cim_, network, sim::Strategy::cim);
    if (cim.cim_share() < 1) return std::nullopt;
    const double npu_s = to_seconds(npu.time), cim_s = to_seconds(cim.time);
    const double npu_j = npu.energy_j.total(), cim_j = cim.energy_j.total();
    const Ratio ratio{npu_s / cim_s, npu_j / cim_j};
    const auto& [height, width, in, out, stride] = layer.shape();
    table.add_row({layer.network, height, width, in, out, stride, npu_s, cim_s, npu_j, cim_j,
                   ratio.throughput, ratio.energy_efficiency});
    return ratio;
  }

 private:
  platforms::Platform npu_, cim_;
  sim::LayerCosts npu_costs_, cim_costs_;
};

double share_above_1(const std::vector<double>& values) {
  const auto above = std::count_if(values.begin(), values.end(), [](double v) { return v > 1; });
  return static_cast<double>(above) / static_cast<double>(values.size());
}

Measures measures_of(const std::vector<double>& throughput, const std::vector<double>& energy) {
  std::vector<double> either;
  for (std::size_t i = 0; i < throughput.size(); ++i) {
    either.push_back(std::max(throughput[i], energy[i]));
  }
  return {{"layers", static_cast<double>(throughput.size())},
          {"greatest_throughput", greatest(throughput)},
          {"greatest_energy_efficiency", greatest(energy)},
          {"greatest_of_either", greatest(either)},
          {"share_above_1_throughput", share_above_1(throughput)},
          {"share_above_1_energy_efficiency", share_above_1(energy)},
          {"share_above_1_either", share_above_1(either)}};
}

}  // namespace

Result pointwise(const Setup& setup) {
  Result result;
  result.table.add_column(text_column("network"));
  result.table.add_columns(Column::Type::integer,
                           {"height", "width", "in_channels", "out_channels", "stride"});
  result.table.add_columns(Column::Type::real,
                           {"npu_latency_s", "cim_latency_s", "npu_energy_j", "cim_energy_j",
                            "throughput_ratio", "energy_efficiency_ratio"});
  Bench bench(setup);
  std::vector<double> throughput, energy;
  const std::string title = "pointwise layers of shipped networks on 8 macros: ";
  const Axis x{"MACs of the layer", true}, y{"ratio to the NPU", true};
  result.charts = {{title + "throughput", x, y, {{"one point per layer", {}}}},
                   {title + "energy efficiency", x, y, {{"one point per layer", {}}}}};
  for (const Pointwise& layer : shipped_layers()) {
    const std::optional<Ratio> ratio = bench.ratio(layer, result.table);
    if (!ratio) continue;
    throughput.push_back(ratio->throughput);
    energy.push_back(ratio->energy_efficiency);
    const auto macs = static_cast<double>(workloads::macs(network_of(layer)));
    result.charts[0].series[0].points.emplace_back(macs, ratio->throughput);
    result.charts[1].series[0].points.emplace_back(macs, ratio->energy_efficiency);
  }
  for (Chart& chart : result.charts) {
    auto& points = chart.series[0].points;
    std::sort(points.begin(), points.end());
  }
  if (throughput.empty()) throw DoesNotRun("pointwise: the macros hold no layer");
  result.measures = measures_of(throughput, energy);
  return result;
}

}  // namespace h4h::studies
