#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

// Joules per part, and of each listed device (platforms::Hardware::more); the total is their sum by
// construction.
class Energy {
 public:
  double& operator[](Part part) { return joules_.at(static_cast<std::size_t>(part)); }
  double operator[](Part part) const { return joules_.at(static_cast<std::size_t>(part)); }
  const std::vector<double>& of_listed() const { return listed_; }
  void add_of_listed(std::size_t device, double joules);
  double total() const;
  Energy& operator+=(const Energy& other);

 private:
  std::array<double, kParts.size()> joules_{};
  std::vector<double> listed_;
};

// Numbers of the macros that every chip has, and of each listed device: macros that are powered,
// bytes. Most chips list no device, and take no memory here.
class MacroNumbers {
 public:
  MacroNumbers(std::int64_t of_macros = 0) : first_(of_macros) {}  // NOLINT: a number is of those

  std::int64_t of_macros() const { return first_; }
  std::size_t listed() const { return listed_.size(); }
  std::int64_t of_listed(std::size_t device) const {
    return device < listed_.size() ? listed_[device] : 0;
  }
  std::int64_t of(platforms::DeviceId id) const {
    if (id < platforms::kFirstOfList) return id == platforms::kCim ? first_ : 0;
    return of_listed(id - platforms::kFirstOfList);
  }
  void add(platforms::DeviceId id, std::int64_t number);
  std::int64_t sum() const;

 private:
  std::int64_t first_;
  std::vector<std::int64_t> listed_;
};

// The joules of each part, and of each listed device under the name that `listed` has for it.
std::vector<std::pair<std::string, double>> energy_parts(const Energy& energy,
                                                         const std::vector<std::string>& listed);

Part part_of(Event event);
double joules_per(Event event, const platforms::Energy& energy);

// Counts x joules per event, and leakage over `time` with `powered_macros` macros not gated:
//   (leakage.system + powered_macros x leakage.powered_macro()) x time
// of all devices together, each with its own coefficients. These are values of the platform, which
// names their sources. A listed device without any has those of the first of its kind.
Energy energy_of(const Counts& counts, Picoseconds time, const MacroNumbers& powered_macros,
                 const platforms::Coefficients& coefficients);
// Watts that macros leak while they are powered.
double leakage_of(const MacroNumbers& powered_macros, const platforms::Coefficients& coefficients);

// Square millimetres; nullopt for parts nobody gives a figure for.
struct AreaReport {
  std::optional<double> npu, cim, noc, sram, weights;
  std::vector<std::optional<double>> listed{};  // devices
  std::optional<double> total() const;
  double macros = 0;  // of all devices that have some
};
// Macros of a device: number x ((memory + units x unit) x (1 + controller) + operand
// buffer). H4H paper, section 3.2 (0.9 mm2 of memory, 0.15 mm2 of compute periphery) and 6.3
// (controller); the operand buffer is ours. The other parts are values of the platform.
AreaReport area(const std::vector<platforms::DeviceDescription>& devices,
                const platforms::Coefficients& coefficients);

}  // namespace h4h::models
