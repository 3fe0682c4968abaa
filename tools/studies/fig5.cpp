#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "models/time/picoseconds.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/duplex.hpp"
#include "tools/studies/run_layer.hpp"

namespace h4h::studies {
namespace {

constexpr std::int64_t kMacros[] = {1, 4, 8};

struct Kind {
  const char* op;
  std::int64_t side;
  std::vector<std::int64_t> channels;
};

const std::vector<Kind>& kinds() {
  static const std::vector<std::int64_t> sizes{8, 16, 32, 64, 128, 256};
  static const std::vector<Kind> kinds{
      {"fc", 1, {8, 16, 32, 64, 128, 256, 512, 1024}},
      {"dw3x3", 32, sizes},
      {"pw1x1", 32, sizes},
      {"pw1x1", 14, sizes},
      {"pw1x1", 7, sizes},
      {"conv3x3", 32, sizes},
  };
  return kinds;
}

// A layer on macros and on the NPU.
struct Ratio {
  std::string duplex;
  LayerSize layer;
  std::int64_t macros = 0;
  double throughput = 0, energy_efficiency = 0;  // of the macros, those of the NPU being 1
  double noc_use = 0;                            // bytes over the NoC / what it could carry
};

// Of full duplex a NoC carries its bandwidth in each direction.
double noc_use(const platforms::Platform& platform, const sim::Report& report) {
  const platforms::Noc& noc = platform.hardware.noc;
  const double directions = noc.duplex == platforms::Duplex::full ? 2 : 1;
  return static_cast<double>(report.noc_bytes) / to_seconds(report.time) /
         (directions * static_cast<double>(noc.bandwidth));
}

void add_ratios(const Setup& setup, const std::string& duplex, const Kind& kind, Table& table,
                std::vector<Ratio>& ratios) {
  const auto platform = [&](std::int64_t macros) {
    return setup.platform({{"noc.duplex", platforms::Choice{duplex}}, {"cim.macros", macros}});
  };
  for (const std::int64_t channels : kind.channels) {
    const LayerSize layer{kind.op, kind.side, channels};
    const sim::Report npu = run_on_npu(setup.results(), platform(0), layer);
    const double npu_time = to_seconds(npu.time), npu_energy = npu.energy_j.total();
    for (const std::int64_t macros : kMacros) {
      const platforms::Platform with_macros = platform(macros);
      const sim::Report cim = run_on_macros(setup.results(), with_macros, layer);
      const double time = to_seconds(cim.time), energy = cim.energy_j.total();
      ratios.push_back(
          {duplex, layer, macros, npu_time / time, npu_energy / energy, noc_use(with_macros, cim)});
      table.add_row({duplex, kind.op, kind.side, channels, macros, npu_time, time, npu_energy,
                     energy, npu_time / time, npu_energy / energy});
    }
  }
}

using Value = double Ratio::*;

std::vector<Ratio> of_duplex(const std::vector<Ratio>& all, const std::string& duplex) {
  std::vector<Ratio> chosen;
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
               [&](const Ratio& ratio) { return ratio.duplex == duplex; });
  return chosen;
}

// The ratios of some layers under one duplex, over their channels.
class Chosen {
 public:
  Chosen(const std::vector<Ratio>& all, const std::string& op, std::int64_t side,
         std::int64_t macros, std::int64_t least_channels = 1) {
    for (const Ratio& r : all) {
      if (r.layer.op == op && r.layer.side == side && r.macros == macros &&
          r.layer.channels >= least_channels) {
        ratios_.push_back(r);
      }
    }
  }

  std::vector<double> values(Value value) const {
    std::vector<double> values;
    for (const Ratio& r : ratios_) values.push_back(r.*value);
    return values;
  }
  double least(Value value) const { return studies::least(values(value)); }
  double most(Value value) const { return greatest(values(value)); }
  Series series(const std::string& name, Value value) const {
    Series series{name, {}};
    for (const Ratio& r : ratios_) series.points.emplace_back(r.layer.channels, r.*value);
    return series;
  }

 private:
  std::vector<Ratio> ratios_;
};

// Over macros and duplex.
Chart ratio_chart(const std::vector<Ratio>& all, const Kind& kind, Value value,
                  const std::string& title) {
  Chart chart{title, {"channels", true}, {"ratio to the NPU", true}, {}};
  for (const std::string& duplex : kDuplexes) {
    const std::vector<Ratio> ratios = of_duplex(all, duplex);
    for (const std::int64_t macros : kMacros) {
      const Chosen chosen(ratios, kind.op, kind.side, macros);
      chart.series.push_back(
          chosen.series(fmt::format("{} duplex, macros: {}", duplex, macros), value));
    }
  }
  return chart;
}

// Every kind of layer on the most macros.
Chart kinds_chart(const std::vector<Ratio>& all, Value value, const std::string& title) {
  Chart chart{title, {"channels", true}, {"ratio to the NPU", true}, {}};
  for (const Kind& kind : kinds()) {
    const std::string name = kind.op == std::string("fc")
                                 ? "fc"
                                 : fmt::format("{} at {}x{}", kind.op, kind.side, kind.side);
    chart.series.push_back(Chosen(all, kind.op, kind.side, 8).series(name, value));
  }
  return chart;
}

// Share of the small pointwise layers of 64 channels and more that run faster on 4 or 8 macros than
// on one.
double best_on_many(const std::vector<Ratio>& all) {
  double layers = 0, many = 0;
  for (const std::int64_t side : {14, 7}) {
    const auto on = [&](std::int64_t macros) {
      return Chosen(all, "pw1x1", side, macros, 64).values(&Ratio::throughput);
    };
    const std::vector<double> one = on(1), four = on(4), eight = on(8);
    for (std::size_t i = 0; i < one.size(); ++i) {
      ++layers;
      if (std::max(four[i], eight[i]) > one[i]) ++many;
    }
  }
  return many / layers;
}

void measure_memory_bound(Result& result, const std::vector<Ratio>& all, const Kind& kind,
                          const std::string& name) {
  const Chosen from32(all, kind.op, kind.side, 8, 32), from64(all, kind.op, kind.side, 8, 64),
      whole(all, kind.op, kind.side, 8);
  auto& m = result.measures;
  m[name + "_least_throughput_from_32"] = from32.least(&Ratio::throughput);
  m[name + "_least_throughput_from_64"] = from64.least(&Ratio::throughput);
  m[name + "_least_energy_efficiency_from_64"] = from64.least(&Ratio::energy_efficiency);
  m[name + "_throughput_rise"] = rise(whole.values(&Ratio::throughput));
  m[name + "_throughput_dip"] = largest_dip(whole.values(&Ratio::throughput));
  m[name + "_throughput_last_doubling_gain"] = last_gain(whole.values(&Ratio::throughput));
}

void measure_dense(Result& result, const std::vector<Ratio>& all) {
  auto& m = result.measures;
  m["conv_greatest_throughput_from_32"] =
      Chosen(all, "conv3x3", 32, 8, 32).most(&Ratio::throughput);
  const Chosen at14(all, "pw1x1", 14, 8, 64), at7(all, "pw1x1", 7, 8, 64);
  m["pointwise_least_throughput"] =
      std::min(at14.least(&Ratio::throughput), at7.least(&Ratio::throughput));
  m["pointwise_greatest_throughput"] =
      std::max(at14.most(&Ratio::throughput), at7.most(&Ratio::throughput));
  m["pointwise_best_on_4_or_8"] = best_on_many(all);
}

}  // namespace

Result fig5(const Setup& setup) {
  Result result;
  result.table.add_columns(Column::Type::text, {"duplex", "op"});
  result.table.add_columns(Column::Type::integer, {"side", "channels", "macros"});
  result.table.add_columns(Column::Type::real,
                           {"npu_latency_s", "cim_latency_s", "npu_energy_j", "cim_energy_j",
                            "throughput_ratio", "energy_efficiency_ratio"});
  std::vector<Ratio> all;
  for (const std::string& duplex : kDuplexes) {
    for (const Kind& kind : kinds()) add_ratios(setup, duplex, kind, result.table, all);
  }
  const std::string own = duplex_of(setup.platform());
  const std::vector<Ratio> ratios = of_duplex(all, own);
  const Kind &fc = kinds()[0], &depthwise = kinds()[1];
  const std::string at32 = "depthwise 3x3 at 32x32: ";
  result.charts = {
      ratio_chart(all, fc, &Ratio::throughput, "FC: throughput"),
      ratio_chart(all, fc, &Ratio::energy_efficiency, "FC: energy efficiency"),
      ratio_chart(all, depthwise, &Ratio::throughput, at32 + "throughput"),
      ratio_chart(all, depthwise, &Ratio::energy_efficiency, at32 + "energy efficiency"),
      kinds_chart(ratios, &Ratio::throughput, "8 macros, " + own + " duplex: throughput"),
      kinds_chart(ratios, &Ratio::energy_efficiency,
                  "8 macros, " + own + " duplex: energy efficiency"),
  };
  measure_memory_bound(result, ratios, fc, "fc");
  measure_memory_bound(result, ratios, depthwise, "depthwise");
  measure_dense(result, ratios);
  result.measures["long_stream_noc_use"] =
      Chosen(ratios, "dw3x3", 32, 8).values(&Ratio::noc_use).back();
  return result;
}

}  // namespace h4h::studies
