#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/enum_values.hpp"
#include "platforms/description/device_slot.hpp"
#include "platforms/description/keys.hpp"

// How the tables of keys (key_tables.hpp) name the fields that keys set: for their sources alone.
namespace h4h::platforms {

inline constexpr std::int64_t kMs = 1'000'000'000, kTenUs = 10'000'000;
inline constexpr std::int64_t kGiB = std::int64_t{1} << 30;

template <typename Enum, typename Access>
ChoiceField choice(Access access) {
  const Member<Enum> of(access);
  ChoiceField field;
  for (const Enum value : kEnumValues<Enum>) field.names.push_back(to_string(value));
  field.set = [of](Platform& p, std::size_t i) { of(p) = kEnumValues<Enum>.at(i); };
  field.get = [of](const Platform& p) { return static_cast<std::size_t>(of(p)); };
  return field;
}

inline IntegerField one_of(IntegerField field, std::vector<std::int64_t> values) {
  field.only = std::move(values);
  return field;
}

// Of a device with such values: INTEGER(own.rows, 1, 8) is a field of `Values`.
template <typename Values>
class SlotOf : public DeviceSlot {
 public:
  using DeviceSlot::DeviceSlot;
};

// What keys of a device may set.
template <typename Values, typename P>
auto view_of(const SlotOf<Values>& slot, P& platform) {
  struct Devices {
    decltype(slot.template values<Values>(platform)) own;
  };
  struct View {
    Devices hardware;
    decltype(slot.coefficients(platform)) coefficients;
  };
  return View{{slot.template values<Values>(platform)}, slot.coefficients(platform)};
}

// A lambda that returns a field of a Platform& or const Platform&. `slot`: a variable of each
// table, of the device that its keys describe.
#define MEMBER(member) ([slot](auto& p) -> auto& { return view_of(slot, p).member; })
#define INTEGER(member, low, high)             \
  IntegerField {                               \
    MEMBER(hardware.member), low, high, {}, {} \
  }
#define REAL(member, low, high) \
  RealField { MEMBER(coefficients.member), low, high }
#define OPTIONAL(member, low, high) \
  OptionalField { MEMBER(coefficients.member), low, high }
#define CHOICE(Enum, member) choice<Enum>(MEMBER(hardware.member))

}  // namespace h4h::platforms
