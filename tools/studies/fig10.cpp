#include <fmt/format.h>

#include <algorithm>

#include "models/cim/cim_timing.hpp"
#include "tools/studies/chips.hpp"
#include "tools/studies/curve.hpp"
#include "tools/studies/efficiency.hpp"
#include "tools/studies/run_layer.hpp"

namespace h4h::studies {
namespace {

constexpr std::int64_t kMost = 8;  // macros, and units in each

struct Point {
  std::int64_t macros = 0, units = 0;
  double area_mm2 = 0;
  double ifmp_reads = 0, word_reads = 0;
  double macs_per_step = 0;  // of one unit
  double latency_s = 0;
  double joules_per_operation = 0, macro_joules_per_operation = 0;
  double macro_tops_per_watt = 0, system_tops_per_watt = 0;
};

// What the input buffers of the macros gave: all operand bytes but those written of the output.
double ifmp_reads(const sim::Report& report) {
  const sim::LayerReport& run = report.layers.front();
  return static_cast<double>(run.result.counts[models::Event::cim_operand_byte] -
                             run.output.elements());
}

Point point_of(const Setup& setup, std::int64_t macros, std::int64_t units) {
  const platforms::Platform platform = setup.platform(changes_of(Chip{macros, units}));
  const sim::Report report = run_on_macros(setup.results(), platform, layer_that_fills_macros());
  const models::Counts& counts = report.layers.front().result.counts;
  const double words = static_cast<double>(counts[models::Event::cim_read_bit]) /
                       static_cast<double>(platform.hardware.cim.word_bits());
  const auto sums = static_cast<double>(counts[models::Event::cim_conversion]);
  Point p;
  p.macros = macros;
  p.units = units;
  p.area_mm2 = report.area_mm2.cim.value_or(0);
  p.ifmp_reads = ifmp_reads(report);
  p.word_reads = words;
  p.macs_per_step = static_cast<double>(counts[models::Event::cim_mac]) / sums *
                    static_cast<double>(platform.hardware.cim.accumulators);
  p.latency_s = to_seconds(report.time);
  p.joules_per_operation = report.energy_j.total() / operations(report);
  p.macro_joules_per_operation = report.energy_j[models::Part::cim] / operations(report);
  p.macro_tops_per_watt = macro_tops_per_watt(report);
  p.system_tops_per_watt = system_tops_per_watt(report);
  return p;
}

using Value = double Point::*;

struct Figure {
  const char* name;
  Value value;
};

constexpr Figure kFigures[] = {
    {"cim_area_mm2", &Point::area_mm2},
    {"ifmp_reads", &Point::ifmp_reads},
    {"word_reads", &Point::word_reads},
    {"latency_s", &Point::latency_s},
    {"energy_per_operation_j", &Point::joules_per_operation},
    {"macro_energy_per_operation_j", &Point::macro_joules_per_operation},
    {"macro_tops_per_watt", &Point::macro_tops_per_watt},
    {"system_tops_per_watt", &Point::system_tops_per_watt},
};

Table table_of(const std::vector<Point>& points) {
  Table table;
  table.add_columns(Column::Type::integer, {"macros", "units"});
  for (const Figure& figure : kFigures) table.add_column(real_column(figure.name));
  for (const Point& p : points) {
    std::vector<Cell> row{p.macros, p.units};
    for (const Figure& figure : kFigures) row.emplace_back(p.*figure.value);
    table.add_row(std::move(row));
  }
  return table;
}

const Point& at(const std::vector<Point>& points, std::int64_t macros, std::int64_t units) {
  return points.at(static_cast<std::size_t>((macros - 1) * kMost + units - 1));
}

// Over units, a curve for each of some numbers of macros.
Chart chart_of(const std::vector<Point>& points, Value value, const std::string& title,
               const std::string& unit, double scale = 1) {
  Chart chart{title, {"compute units in each macro"}, {unit}, {}};
  for (const std::int64_t macros : {1, 2, 4, 8}) {
    Series series{fmt::format("macros: {}", macros), {}};
    for (std::int64_t units = 1; units <= kMost; ++units) {
      series.points.emplace_back(units, at(points, macros, units).*value * scale);
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

// The spread of a value over macros: most / least - 1, of one unit each.
double spread_over_macros(const std::vector<Point>& points, Value value) {
  std::vector<double> values;
  for (std::int64_t macros = 1; macros <= kMost; ++macros) {
    values.push_back(at(points, macros, 1).*value);
  }
  return greatest(values) / least(values) - 1;
}

// The share of reads that `outputs` adjacent outputs of a 3x3 kernel save together.
double saved_reads(std::int64_t outputs) {
  const workloads::Window window{3, 3, 1, 1, 1, 1, {}};
  const auto reads = [&](std::int64_t n) {
    return static_cast<double>(models::ifmp_reads(window, n));
  };
  return 1 - reads(outputs) / (static_cast<double>(outputs) * reads(1));
}

void measure(Result& result, const Setup& setup, const std::vector<Point>& points) {
  auto& m = result.measures;
  const platforms::Platform platform = setup.platform();
  const platforms::Area& area = platform.coefficients.area;
  m["macro_mebibits"] =
      static_cast<double>(platform.hardware.cim.macro_size_bits) / (1024.0 * 1024.0);
  m["macs_per_step"] = at(points, 1, 1).macs_per_step;
  m["memory_mm2"] = area.cim_memory;
  m["unit_mm2"] = area.cim_unit;
  m["controller_share"] = area.cim_controller;
  const Point &one = at(points, 1, 1), &two = at(points, 1, 2), &four = at(points, 1, 4);
  m["unit_area_overhead"] = two.area_mm2 / one.area_mm2 - 1;
  m["reads_saved_by_2_units"] = 1 - two.ifmp_reads / one.ifmp_reads;
  m["reads_saved_by_4_units"] = 1 - four.ifmp_reads / one.ifmp_reads;
  m["reads_saved_in_the_limit"] = saved_reads(1'000);
  m["macro_energy_spread_over_macros"] =
      spread_over_macros(points, &Point::macro_joules_per_operation);
  m["energy_of_8_macros_to_4"] =
      at(points, 8, 1).joules_per_operation / at(points, 4, 1).joules_per_operation;
  m["system_to_macro_efficiency_1_unit"] = one.system_tops_per_watt / one.macro_tops_per_watt;
  m["system_to_macro_efficiency_4_units"] = four.system_tops_per_watt / four.macro_tops_per_watt;
  m["system_to_published_efficiency"] = four.system_tops_per_watt / kPublishedMacroTopsPerWatt;
}

}  // namespace

Result fig10(const Setup& setup) {
  std::vector<Point> points;
  for (std::int64_t macros = 1; macros <= kMost; ++macros) {
    for (std::int64_t units = 1; units <= kMost; ++units) {
      points.push_back(point_of(setup, macros, units));
    }
  }
  Result result;
  result.table = table_of(points);
  result.charts = {
      chart_of(points, &Point::area_mm2, "Area of the macros", "mm²"),
      chart_of(points, &Point::ifmp_reads, "IFMP reads of the layer", "thousand elements", 1e-3),
      chart_of(points, &Point::word_reads, "Array reads of the layer", "thousand words", 1e-3),
      chart_of(points, &Point::joules_per_operation, "Energy per operation, whole chip", "pJ",
               1e12),
      chart_of(points, &Point::macro_joules_per_operation, "Energy per operation, macros alone",
               "pJ", 1e12),
      chart_of(points, &Point::latency_s, "Latency of the layer", "µs", 1e6),
  };
  measure(result, setup, points);
  return result;
}

}  // namespace h4h::studies
