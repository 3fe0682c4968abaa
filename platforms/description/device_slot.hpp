#pragma once

#include <type_traits>

#include "platforms/description/device.hpp"

namespace h4h::platforms {

// Where the values of a device stand in a platform: those of the NPU and of the macros that every
// platform has in fields of their own, those of another device in the lists.
class DeviceSlot {
 public:
  explicit DeviceSlot(DeviceId device) : device_(device) {}

  DeviceId device() const { return device_; }
  bool is_listed() const { return device_ >= kFirstOfList; }

  // P: Platform or const Platform, of which the result keeps a reference.
  template <typename P>
  auto& coefficients(P& platform) const {
    using Of = std::conditional_t<std::is_const_v<P>, const DeviceCoefficients, DeviceCoefficients>;
    Of& all = platform.coefficients;
    return is_listed() ? platform.coefficients.more[device_ - kFirstOfList] : all;
  }
  // The device's values, of their type.
  template <typename Values, typename P>
  auto& values(P& platform) const {
    if constexpr (std::is_same_v<Values, Npu>) {
      return is_listed() ? std::get<Npu>(listed(platform)) : platform.hardware.npu;
    } else if constexpr (std::is_same_v<Values, Cim>) {
      return is_listed() ? std::get<Cim>(listed(platform)) : platform.hardware.cim;
    } else {
      return std::get<Values>(listed(platform));
    }
  }

 private:
  template <typename P>
  auto& listed(P& platform) const {
    return platform.hardware.more[device_ - kFirstOfList].description;
  }

  DeviceId device_;
};

}  // namespace h4h::platforms
