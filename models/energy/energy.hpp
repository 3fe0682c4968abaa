#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/enum_values.hpp"
#include "models/counts/counts.hpp"
#include "models/time/picoseconds.hpp"
#include "platforms/description/device.hpp"

namespace h4h::models {

// Where energy goes. Leakage is static; everything else is dynamic. `measured` is what tables of
// measured layers give, which name no part.
enum class Part { npu, cim, noc, sram, weights, external, leakage, measured };
inline constexpr auto& kParts = kEnumValues<Part>;
std::string_view to_string(Part part);

// Joules per part; the total is their sum by construction.
class Energy {
 public:
  double& operator[](Part part) { return joules_.at(static_cast<std::size_t>(part)); }
  double operator[](Part part) const { return joules_.at(static_cast<std::size_t>(part)); }
  double total() const;
  Energy& operator+=(const Energy& other);

 private:
  std::array<double, kParts.size()> joules_{};
};

Part part_of(Event event);
double joules_per(Event event, const platforms::Energy& energy);

// Counts x joules per event, and leakage over `time` with `powered_macros` macros not gated:
//   (leakage.system + powered_macros x leakage.powered_macro()) x time
// of all devices together. The coefficients are values of the platform, which names their sources.
Energy energy_of(const Counts& counts, Picoseconds time, std::int64_t powered_macros,
                 const platforms::Coefficients& coefficients);

// Square millimetres; nullopt for parts nobody gives a figure for.
struct AreaReport {
  std::optional<double> npu, cim, noc, sram, weights;
  std::optional<double> total() const;
};
// Macros of all devices together: number x ((memory + units x unit) x (1 + controller) + operand
// buffer). H4H paper, section 3.2 (0.9 mm2 of memory, 0.15 mm2 of compute periphery) and 6.3
// (controller); the operand buffer is ours. The other parts are values of the platform.
AreaReport area(const std::vector<platforms::DeviceDescription>& devices,
                const platforms::Area& area);

}  // namespace h4h::models
