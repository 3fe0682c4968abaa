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

double Energy::total() const {
  return std::accumulate(listed_.begin(), listed_.end(),
                         std::accumulate(joules_.begin(), joules_.end(), 0.0));
}

void Energy::add_of_listed(std::size_t device, double joules) {
  if (device >= listed_.size()) listed_.resize(device + 1);
  listed_[device] += joules;
}

Energy& Energy::operator+=(const Energy& other) {
  for (const Part part : kParts) (*this)[part] += other[part];
  for (std::size_t i = 0; i < other.listed_.size(); ++i) add_of_listed(i, other.listed_[i]);
  return *this;
}

std::vector<std::pair<std::string, double>> energy_parts(const Energy& energy,
                                                         const std::vector<std::string>& listed) {
  std::vector<std::pair<std::string, double>> parts;
  for (const Part part : kParts) parts.emplace_back(to_string(part), energy[part]);
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& joules = energy.of_listed();
    parts.emplace_back(listed[i], i < joules.size() ? joules[i] : 0);
  }
  return parts;
}

void MacroNumbers::add(platforms::DeviceId id, std::int64_t number) {
  if (id < platforms::kFirstOfList) {
    first_ += number;
    return;
  }
  const std::size_t device = id - platforms::kFirstOfList;
  if (device >= listed_.size()) listed_.resize(device + 1);
  listed_[device] += number;
}

std::int64_t MacroNumbers::sum() const {
  return std::accumulate(listed_.begin(), listed_.end(), first_);
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

namespace {

const platforms::DeviceCoefficients& of_listed(const platforms::Coefficients& coefficients,
                                               std::size_t device) {
  return device < coefficients.more.size() ? coefficients.more[device] : coefficients;
}

}  // namespace

double leakage_of(const MacroNumbers& powered_macros, const platforms::Coefficients& coefficients) {
  double watts =
      static_cast<double>(powered_macros.of_macros()) * coefficients.leakage.powered_macro();
  for (std::size_t i = 0; i < powered_macros.listed(); ++i) {
    watts += static_cast<double>(powered_macros.of_listed(i)) *
             of_listed(coefficients, i).leakage.powered_macro();
  }
  return watts;
}

Energy energy_of(const Counts& counts, Picoseconds time, const MacroNumbers& powered_macros,
                 const platforms::Coefficients& coefficients) {
  Energy energy;
  for (const Event event : kEvents) {
    energy[part_of(event)] +=
        static_cast<double>(counts[event]) * joules_per(event, coefficients.energy);
  }
  for (std::size_t i = 0; i < counts.listed(); ++i) {
    const platforms::Energy& own = of_listed(coefficients, i).energy;
    for (const Event event : kEvents) {
      if (!is_of_device(event)) continue;
      energy.add_of_listed(
          i, static_cast<double>(counts.of_listed(i, event)) * joules_per(event, own));
    }
  }
  const double watts = coefficients.leakage.system + leakage_of(powered_macros, coefficients);
  energy[Part::leakage] = watts * to_seconds(time);
  return energy;
}

std::optional<double> AreaReport::total() const {
  double sum = 0;
  std::vector<std::optional<double>> parts{npu, cim, noc, sram, weights};
  parts.insert(parts.end(), listed.begin(), listed.end());
  for (const std::optional<double>& part : parts) {
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
                const platforms::Coefficients& coefficients) {
  const platforms::Area& own = coefficients.area;
  AreaReport report{own.npu, 0.0, own.noc, own.sram, own.weights};
  for (platforms::DeviceId id = 0; id < devices.size(); ++id) {
    const bool listed = id >= platforms::kFirstOfList;
    const platforms::Area& given =
        listed ? of_listed(coefficients, id - platforms::kFirstOfList).area : own;
    const auto* const cim = std::get_if<platforms::Cim>(&devices[id]);
    const std::optional<double> area = cim != nullptr ? area_of(*cim, given) : given.npu;
    if (cim != nullptr) report.macros += *area;
    if (listed) report.listed.push_back(area);
    if (id == platforms::kCim) report.cim = area;
  }
  return report;
}

}  // namespace h4h::models
