#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml/document.hpp"
#include "platforms/description/keys.hpp"

namespace h4h::platforms {

// The word at the top of a platform file.
constexpr const char kDeviceList[] = "devices";

// Whether keys begin with `path` and a dot.
bool is_group(const KeyList& keys, const std::string& path);

// What `devices` of a platform's files lists: the names and types of devices, and which of them
// take values of another one. Files are read one after the other, those that are extended first.
class DeviceList {
 public:
  // Hears what is wrong, and where.
  using Problem = std::function<void(const yaml::Node& at, const std::string& what)>;

  void read(const yaml::Node& list, const Problem& problem);

  const std::vector<ListedDevice>& devices() const { return devices_; }
  std::vector<NamedDevice> described() const;  // with nothing set
  const KeyList& keys() const { return keys_; }
  // The key that says the same of the device whose values the key's device takes (`like`); nullptr
  // where it takes none.
  const Key* like(const Key& key) const;

 private:
  void read_device(const yaml::Node& name, const yaml::Node& device, const Problem& problem);
  void read_like(const yaml::Node& name, DeviceType type, const yaml::Node& like,
                 const Problem& problem);
  bool add(const yaml::Node& name, DeviceType type, const Problem& problem);
  ListedDevice at(DeviceId id) const;  // also the NPU and the macros that every platform has

  std::vector<ListedDevice> devices_;  // in the order of files and entries
  KeyList keys_;
  std::map<std::string, DeviceId> like_;  // by name
};

}  // namespace h4h::platforms
