#include "models/energy/energy.hpp"

#include <cstdlib>
#include <numeric>

namespace h4h::models {

std::string_view to_string(Part part) {
  switch (part) {
    case Part::npu:
      return "npu";
    case Part::cim:
      return "cim";
    case Part::noc:
      return "noc";
    case Part::sram:
      return "sram";
    case Part::weights:
      return "weights";
    case Part::external:
      return "backing";
    case Part::leakage:
      return "leakage";
    case Part::measured:
      return "measured";
  }
  std::abort();
}

double Energy::total() const { return std::accumulate(joules_.begin(), joules_.end(), 0.0); }

Energy& Energy::operator+=(const Energy& other) {
  for (const Part part : kParts) (*this)[part] += other[part];
  return *this;
}

// No default: an event without a part or a coefficient does not compile.
Part part_of(Event event) {
  switch (event) {
    case Event::npu_mac:
      return Part::npu;
    case Event::npu_cycle:
      return Part::npu;
    case Event::npu_lane_cycle:
      return Part::npu;
    case Event::sram_byte:
      return Part::sram;
    case Event::noc_byte:
      return Part::noc;
    case Event::weight_byte:
      return Part::weights;
    case Event::external_byte:
      return Part::external;
    case Event::cim_read_bit:
      return Part::cim;
    case Event::cim_mac:
      return Part::cim;
    case Event::cim_conversion:
      return Part::cim;
    case Event::cim_softmax:
      return Part::cim;
    case Event::cim_operand_byte:
      return Part::cim;
    case Event::measured_femtojoule:
      return Part::measured;
  }
  std::abort();
}

double joules_per(Event event, const platforms::Energy& energy) {
  switch (event) {
    case Event::npu_mac:
      return energy.npu_mac;
    case Event::npu_cycle:
      return energy.npu_cycle;
    case Event::npu_lane_cycle:
      return energy.npu_lane_cycle;
    case Event::sram_byte:
      return energy.sram_byte;
    case Event::noc_byte:
      return energy.noc_byte;
    case Event::weight_byte:
      return energy.weight_byte;
    case Event::external_byte:
      return energy.external_byte;
    case Event::cim_read_bit:
      return energy.cim_read_bit;
    case Event::cim_mac:
      return energy.cim_mac;
    case Event::cim_conversion:
      return energy.cim_conversion;
    case Event::cim_softmax:
      return energy.cim_softmax;
    case Event::cim_operand_byte:
      return energy.cim_operand_byte;
    case Event::measured_femtojoule:
      return 1e-15;
  }
  std::abort();
}

Energy energy_of(const Counts& counts, Picoseconds time, std::int64_t powered_macros,
                 const platforms::Coefficients& coefficients) {
  Energy energy;
  for (const Event event : kEvents) {
    energy[part_of(event)] +=
        static_cast<double>(counts[event]) * joules_per(event, coefficients.energy);
  }
  const platforms::Leakage& leakage = coefficients.leakage;
  const double watts =
      leakage.system + static_cast<double>(powered_macros) * leakage.powered_macro();
  energy[Part::leakage] = watts * to_seconds(time);
  return energy;
}

std::optional<double> AreaReport::total() const {
  double sum = 0;
  for (const std::optional<double>& part : {npu, cim, noc, sram, weights}) {
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

namespace {

// Macro area: H4H paper, section 3.2 (0.9 mm2 of memory, 0.15 mm2 of compute periphery a unit). The
// paper's text has no operand buffer: that comes on top.
double area_of(const platforms::Cim& cim, const platforms::Area& area) {
  const double units = static_cast<double>(cim.compute_units) * area.cim_unit;
  const double macro = (area.cim_memory + units) * (1 + area.cim_controller);
  const double buffer = static_cast<double>(cim.operand_buffer_bytes) * area.cim_operand_byte;
  return static_cast<double>(cim.macros) * (macro + buffer);
}

}  // namespace

AreaReport area(const std::vector<platforms::DeviceDescription>& devices,
                const platforms::Area& area) {
  double macros = 0;
  for (const platforms::DeviceDescription& device : devices) {
    if (const auto* cim = std::get_if<platforms::Cim>(&device)) macros += area_of(*cim, area);
  }
  return {area.npu, macros, area.noc, area.sram, area.weights};
}

}  // namespace h4h::models
