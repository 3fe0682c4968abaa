#include "platforms/description/device_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace h4h::platforms {
namespace {

using yaml::Node;

// Letters that are not capitals, digits and '_', a letter first: keys, columns and JSON use it.
bool is_name(const std::string& text) {
  constexpr std::size_t kLongest = 32;
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kLongest && small(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_first(const std::string& name) {
  return name == to_string(DeviceType::npu) || name == to_string(DeviceType::cim);
}

// nullopt where it says none, or a wrong one.
std::optional<DeviceType> type_in(const Node& name, const Node& device,
                                  const DeviceList::Problem& problem) {
  const Node* const node = device.value("type");
  if (node == nullptr) return std::nullopt;
  const std::optional<DeviceType> type = node->is_text() ? type_named(node->text) : std::nullopt;
  if (!type) {
    problem(*node, fmt::format("devices: {}: no such type; allowed: {}", name.text,
                               fmt::join(type_words(), ", ")));
  }
  return type;
}

}  // namespace

bool is_group(const KeyList& keys, const std::string& path) {
  const std::string prefix = path + ".";
  for (const Key& key : keys) {
    if (key.path.substr(0, prefix.size()) == prefix) return true;
  }
  return false;
}

void DeviceList::read(const Node& list, const Problem& problem) {
  if (!list.is_map()) {
    return problem(list, "devices must be a map: NAME: {type: ..., KEY: ...}");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.items.size(); i += 2) {
    const Node &name = list.items[i], &device = list.items[i + 1];
    if (!name.is_text() || !device.is_map()) {
      problem(name, "devices: every entry is NAME: {type: ..., KEY: ...}");
    } else if (!seen.insert(name.text).second) {
      problem(name, fmt::format("devices: {} is given twice in this file", name.text));
    } else {
      read_device(name, device, problem);
    }
  }
  keys_ = KeyList(devices_);
}

void DeviceList::read_device(const Node& name, const Node& device, const Problem& problem) {
  const std::optional<DeviceType> type = type_in(name, device, problem);
  const Node* const like = device.value("like");
  if (is_first(name.text)) {
    if (type && to_string(*type) != name.text) {
      problem(name, fmt::format("devices: {} is not of this type", name.text));
    }
    if (like != nullptr) problem(*like, "devices: like is for devices of the list");
    return;
  }
  const auto found =
      std::find_if(devices_.begin(), devices_.end(),
                   [&](const ListedDevice& listed) { return listed.name == name.text; });
  const bool is_new = found == devices_.end();
  if (is_new && device.value("type") == nullptr) {
    return problem(name, fmt::format("devices: {} needs a type; allowed: {}", name.text,
                                     fmt::join(type_words(), ", ")));
  }
  if (!is_new && type && found->type != *type) {
    return problem(
        name,
        fmt::format("devices: {} is of another type in a file that this one extends", name.text));
  }
  if (is_new && (!type || !add(name, *type, problem))) return;
  if (like != nullptr) read_like(name, is_new ? *type : found->type, *like, problem);
}

bool DeviceList::add(const Node& name, DeviceType type, const Problem& problem) {
  std::string wrong;
  if (!is_name(name.text)) {
    wrong = "is no name; allowed: up to 32 of a-z, 0-9 and _, a letter first";
  } else if (name.text == kDeviceList || is_group(KeyList(), name.text)) {
    wrong = "is the name of a group of keys; allowed: any other";
  } else if (devices_.size() + kFirstOfList >= kMostDevices) {
    wrong =
        fmt::format("is one too many; allowed: {} devices, npu and cim among them", kMostDevices);
  }
  if (!wrong.empty()) {
    problem(name, fmt::format("devices: '{}' {}", name.text, wrong));
    return false;
  }
  devices_.push_back({name.text, type});
  return true;
}

ListedDevice DeviceList::at(DeviceId id) const {
  if (id >= kFirstOfList) return devices_.at(id - kFirstOfList);
  const DeviceType type = id == kNpu ? DeviceType::npu : DeviceType::cim;
  return {std::string(to_string(type)), type};
}

void DeviceList::read_like(const Node& name, DeviceType type, const Node& like,
                           const Problem& problem) {
  std::vector<std::string> before;  // of the same type
  for (DeviceId id = 0; at(id).name != name.text; ++id) {
    if (at(id).type != type) continue;
    before.push_back(at(id).name);
    if (!like.is_text() || like.text != before.back()) continue;
    like_[name.text] = id;
    return;
  }
  problem(like, fmt::format("devices: {}: like takes a device before it of the same type; "
                            "allowed: {}",
                            name.text, fmt::join(before, ", ")));
}

std::vector<NamedDevice> DeviceList::described() const {
  std::vector<NamedDevice> all;
  for (const ListedDevice& device : devices_) {
    all.push_back({device.name, description_of(device.type)});
  }
  return all;
}

const Key* DeviceList::like(const Key& key) const {
  if (!key.device) return nullptr;
  const auto other = like_.find(at(*key.device).name);
  return other == like_.end() ? nullptr : keys_.same_of(key, other->second);
}

}  // namespace h4h::platforms
