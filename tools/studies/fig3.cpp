#include <fmt/format.h>

#include <algorithm>

#include "tools/studies/curve.hpp"
#include "tools/studies/duplex.hpp"
#include "tools/studies/run_layer.hpp"

namespace h4h::studies {
namespace {

struct Kind {
  const char* op;
  const char* name;
  std::int64_t side;
  std::vector<std::int64_t> channels;
};

// From the kind that should use the NPU best to the one that should use it least.
const std::vector<Kind>& kinds() {
  static const std::vector<std::int64_t> sizes{8, 16, 32, 64, 128, 256};
  static const std::vector<Kind> kinds{
      {"conv3x3", "Conv 3x3", 32, sizes},
      {"pw1x1", "PConv 1x1", 32, sizes},
      {"dw3x3", "DConv 3x3", 32, sizes},
      {"fc", "FC", 1, {8, 16, 32, 64, 128, 256, 512, 1024}},
  };
  return kinds;
}

// The MAC array at its peak, and nothing else: no stall, no byte moved.
struct Best {
  double macs_per_second;
  double joules_per_mac;
};

Best best_of(const platforms::Platform& platform) {
  const platforms::Npu& npu = platform.hardware.npu;
  const double rate = static_cast<double>(npu.macs_per_cycle) * static_cast<double>(npu.clock_hz);
  const platforms::Energy& energy = platform.coefficients.energy;
  return {rate, energy.npu_mac + energy.npu_lane_cycle +
                    energy.npu_cycle / static_cast<double>(npu.macs_per_cycle) +
                    platform.coefficients.leakage.system / rate};
}

struct Curve {
  std::string duplex;
  const Kind* kind;
  std::vector<double> throughput, energy_efficiency;  // shares of the best
};

Curve curve_of(const Setup& setup, const std::string& duplex, const Kind& kind, Table& table) {
  const platforms::Platform platform =
      setup.platform({{"cim.macros", 0}, {"noc.duplex", platforms::Choice{duplex}}});
  const Best best = best_of(platform);
  Curve curve{duplex, &kind, {}, {}};
  for (const std::int64_t channels : kind.channels) {
    const sim::Report report =
        run_on_npu(setup.results(), platform, {kind.op, kind.side, channels});
    const auto macs = static_cast<double>(report.macs);
    const double time = to_seconds(report.time), energy = report.energy_j.total();
    curve.throughput.push_back(macs / time / best.macs_per_second);
    curve.energy_efficiency.push_back(macs / energy * best.joules_per_mac);
    table.add_row({duplex, kind.op, kind.side, channels, report.macs, time, energy,
                   curve.throughput.back(), curve.energy_efficiency.back()});
  }
  return curve;
}

using Values = std::vector<double> Curve::*;

std::vector<Curve> of_duplex(const std::string& duplex, const std::vector<Curve>& curves) {
  std::vector<Curve> chosen;
  std::copy_if(curves.begin(), curves.end(), std::back_inserter(chosen),
               [&](const Curve& curve) { return curve.duplex == duplex; });
  return chosen;
}

Chart chart_of(const std::vector<Curve>& curves, Values values, const std::string& title) {
  Chart chart{title, {"channels", true}, {"share of the best", true}, {}};
  for (const Curve& curve : curves) {
    Series series{curve.kind->name, {}};
    for (std::size_t i = 0; i < (curve.*values).size(); ++i) {
      series.points.emplace_back(curve.kind->channels[i], (curve.*values)[i]);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

// Of the sizes that all kinds have, the share at which each kind is above the next.
double ordered_share(const std::vector<Curve>& curves, Values values) {
  const std::size_t sizes = curves.front().kind->channels.size();
  std::size_t ordered = 0;
  for (std::size_t i = 0; i < sizes; ++i) {
    const auto above = [&](const Curve& a, const Curve& b) {
      return (a.*values)[i] > (b.*values)[i];
    };
    const auto wrong = std::adjacent_find(
        curves.begin(), curves.end(), [&](const Curve& a, const Curve& b) { return !above(a, b); });
    if (wrong == curves.end()) ++ordered;
  }
  return static_cast<double>(ordered) / static_cast<double>(sizes);
}

void measure(Result& result, const std::vector<Curve>& curves, Values values,
             const std::string& name, const std::string& tail) {
  std::vector<double> rises, dips, gains;
  for (const Curve& curve : curves) {
    rises.push_back(rise(curve.*values));
    dips.push_back(largest_dip(curve.*values));
    gains.push_back(last_gain(curve.*values));
  }
  result.measures[name + "_least_rise" + tail] = least(rises);
  result.measures[name + "_largest_dip" + tail] = greatest(dips);
  result.measures[name + "_last_doubling_gain" + tail] = greatest(gains);
  result.measures[name + "_ordered_share" + tail] = ordered_share(curves, values);
}

void measure(Result& result, const std::vector<Curve>& curves, const std::string& tail) {
  measure(result, curves, &Curve::throughput, "throughput", tail);
  measure(result, curves, &Curve::energy_efficiency, "energy_efficiency", tail);
}

}  // namespace

Result fig3(const Setup& setup) {
  Result result;
  result.table.add_columns(Column::Type::text, {"duplex", "op"});
  result.table.add_columns(Column::Type::integer, {"side", "channels", "macs"});
  result.table.add_columns(
      Column::Type::real, {"latency_s", "energy_j", "throughput_share", "energy_efficiency_share"});
  std::vector<Curve> all;
  const std::string own = duplex_of(setup.platform());
  for (const std::string& duplex : kDuplexes) {
    for (const Kind& kind : kinds()) all.push_back(curve_of(setup, duplex, kind, result.table));
    const std::vector<Curve> curves = of_duplex(duplex, all);
    const std::string where = duplex + " duplex: ";
    result.charts.push_back(
        chart_of(curves, &Curve::throughput, where + "throughput, as a share of the peak"));
    result.charts.push_back(
        chart_of(curves, &Curve::energy_efficiency,
                 where + "energy efficiency, as a share of the MAC array's at its peak"));
    measure(result, curves, "_" + duplex + "_duplex");
    if (duplex == own) measure(result, curves, "");
  }
  return result;
}

}  // namespace h4h::studies
