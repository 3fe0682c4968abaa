#include "platforms/description/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/file/input_file.hpp"
#include "base/program_files.hpp"
#include "base/text/nearest.hpp"
#include "base/yaml/document.hpp"
#include "platforms/description/device_list.hpp"
#include "platforms/description/keys.hpp"
#include "platforms/description/overrides.hpp"
#include "platforms/description/resolver.hpp"
#include "platforms/description/unknown_key.hpp"

namespace h4h::platforms {
namespace {

using yaml::Node;

constexpr const char kFolder[] = "platforms";  // of the shipped files
constexpr int kMaxDepth = 16;                  // of nesting and of extends
constexpr FileLimit kFileLimit{"platform file", 1 << 20};
// Of a platform: a file counts as often as it is extended, as it is read as often. The shipped
// platforms have up to 9 files of 11 KB together.
constexpr int kMostFiles = 100;
constexpr std::size_t kMostBytes = 2 << 20;

// Reads files into settings, and collects what is wrong instead of stopping at the first mistake.
class Reader {
 public:
  void read_file(const std::filesystem::path& path, const Origin& from) {
    const std::string file = path.string();
    if (std::find(open_.begin(), open_.end(), identity(path)) != open_.end()) {
      return problem(
          from, fmt::format("extends '{}' again: the files extend each other in a cycle", file));
    }
    if (open_.size() >= kMaxDepth) {
      return problem(from, fmt::format("extends is nested more than {} files deep", kMaxDepth));
    }
    if (const std::optional<std::string> text = content(path, from)) read_text(*text, path);
  }

  void read_text(const std::string& text, const std::filesystem::path& path) {
    Node root;
    if (!parse(text, path, root)) return;
    open_.push_back(identity(path));
    file_ = path.string();
    extend(root, path);
    file_ = path.string();
    seen_.clear();
    if (const Node* const devices = root.value(kDeviceList)) {
      devices_.read(*devices,
                    [this](const Node& at, const std::string& what) { problem(origin(at), what); });
    }
    for (std::size_t i = 0; i < root.items.size(); i += 2) {
      top_level(root.items[i], root.items[i + 1]);
    }
    open_.pop_back();
  }

  const std::string& name() const { return name_; }
  const DeviceList& devices() const { return devices_; }
  // What a file says of a key; where none says anything, of the key whose values its device takes.
  const Setting* setting_of(const Key& key) const {
    const auto found = settings_.find(key.path);
    if (found != settings_.end()) return &found->second;
    const Key* const like = devices_.like(key);
    return like != nullptr ? setting_of(*like) : nullptr;
  }
  const std::vector<std::string>& problems() const { return problems_; }

  void problem(const Origin& origin, const std::string& message) {
    problems_.push_back(problem_text(origin, message));
  }

 private:
  const KeyList& keys() const { return devices_.keys(); }

  // The same for all names of a file.
  static std::filesystem::path identity(const std::filesystem::path& path) {
    std::error_code ignored;  // a file that cannot be opened, which is said there
    return weakly_canonical(path, ignored);
  }

  std::optional<std::string> content(const std::filesystem::path& path, const Origin& from) {
    const bool extended = from.line > 0;
    const auto refuse = [&](const std::string& what) {
      problem(from, extended ? fmt::format("extends '{}': {}", path.string(), what) : what);
      return std::nullopt;
    };
    // Of what is beyond the limits, the first is named.
    if (exceeded_) return std::nullopt;
    exceeded_ = ++files_ > kMostFiles;
    if (exceeded_) return refuse(fmt::format("the platform has more than {} files", kMostFiles));
    try {
      std::string text = h4h::read_file(path, kFileLimit);
      bytes_ += text.size();
      exceeded_ = bytes_ > kMostBytes;
      if (!exceeded_) return text;
      return refuse(
          fmt::format("the files of the platform are larger than {} bytes together", kMostBytes));
    } catch (const FileError& error) {
      const bool misspelt = !extended && error.is_missing();
      return refuse(error.problem() +
                    (misspelt ? did_you_mean(path.string(), shipped_names(kFolder)) : ""));
    }
  }

  bool parse(const std::string& text, const std::filesystem::path& path, Node& root) {
    try {
      root = yaml::parse_document(text);
    } catch (const yaml::SyntaxError& error) {
      problem({path.string(), error.line}, error.what());
      return false;
    }
    if (!root.is_map()) problem({path.string(), 1}, "a platform file must be a map of keys");
    return root.is_map();
  }

  Origin origin(const Node& node) const { return {file_, node.line}; }

  void extend(const Node& root, const std::filesystem::path& path) {
    const Node* extends = root.value("extends");
    if (extends == nullptr) return;
    const auto one = [&](const Node& node) {
      if (!node.is_text()) return problem(origin(node), "extends takes a path or a list of paths");
      extend_by(node.text, path, origin(node));
      file_ = path.string();
    };
    if (!extends->is_list()) return one(*extends);
    for (const Node& node : extends->items) one(node);
  }

  // The file of this name beside `path`, or else the one that H4H ships.
  void extend_by(const std::string& name, const std::filesystem::path& path, const Origin& from) {
    const std::filesystem::path beside = path.parent_path() / name;
    if (is_there(beside) || std::filesystem::path(name).is_absolute()) {
      return read_file(beside, from);
    }
    const std::filesystem::path shipped = shipped_path(kFolder) / name;
    if (is_there(shipped)) return read_file(identity(shipped), from);
    problem(from, fmt::format("extends '{}': no such file, and no '{}'", beside.string(),
                              shipped.string()));
  }

  // A link that leads nowhere, or what may not be looked at, is: opening it tells what is wrong.
  static bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return symlink_status(path, ignored).type() != std::filesystem::file_type::not_found;
  }

  bool given_twice(const std::string& path, const Node& key) {
    if (seen_.insert(path).second) return false;
    problem(origin(key), fmt::format("{} is given twice in this file", path));
    return true;
  }

  void top_level(const Node& key, const Node& value) {
    if (!key.is_text()) return problem(origin(key), "a key must be a word");
    const bool own = key.text == "extends" || key.text == "name" || key.text == "description" ||
                     key.text == kDeviceList;
    if (own && given_twice(key.text, key)) return;
    if (key.text == "extends") return;
    if (key.text == kDeviceList) return values_in_list(value);
    if (key.text == "name" || key.text == "description") {
      if (!value.is_text()) return problem(origin(key), key.text + " takes a text");
      // A variant is not what it extends: only the outermost file gives the name.
      if (key.text == "name" && open_.size() == 1) name_ = value.text;
      return;
    }
    entry(key.text, key, value, 0);
  }

  // The values in the list, as if each device stood at the top of the file.
  void values_in_list(const Node& list) {
    if (!list.is_map()) return;
    for (std::size_t i = 0; i < list.items.size(); i += 2) {
      const Node &name = list.items[i], &device = list.items[i + 1];
      if (!name.is_text() || !device.is_map() || !is_group(keys(), name.text)) continue;
      for (std::size_t k = 0; k < device.items.size(); k += 2) {
        value_in_list(name.text, device.items[k], device.items[k + 1]);
      }
    }
  }

  void value_in_list(const std::string& device, const Node& key, const Node& value) {
    if (!key.is_text()) return problem(origin(key), "a key must be a word");
    const std::string path = device + "." + key.text;
    if (key.text == "like" || (key.text == "type" && keys().find(path) == nullptr)) return;
    entry(path, key, value, 1);
  }

  void entry(const std::string& path, const Node& key, const Node& value, int depth) {
    if (keys().find(path) != nullptr) return setting(path, key, value);
    if (!is_group(keys(), path)) return unknown(path, key);
    if (!value.is_map() || depth > kMaxDepth) {
      return problem(origin(key),
                     fmt::format("{} must be a group of keys: {}", path, keys_below(path)));
    }
    for (std::size_t i = 0; i < value.items.size(); i += 2) {
      const Node& child = value.items[i];
      if (child.is_text()) {
        entry(path + "." + child.text, child, value.items[i + 1], depth + 1);
      } else {
        problem(origin(child), "a key must be a word");
      }
    }
  }

  std::string keys_below(const std::string& path) const {
    std::string text;
    for (const Key& key : keys()) {
      if (key.path.substr(0, path.size() + 1) != path + ".") continue;
      text += (text.empty() ? "" : ", ") + key.path;
    }
    return text;
  }

  // What may stand at the top of a file.
  std::string groups() const {
    std::string text = "name, description, extends, devices", last;
    for (const Key& key : keys()) {
      const std::string group = key.path.substr(0, key.path.find('.'));
      if (group != last) text += ", " + group;
      last = group;
    }
    return text;
  }

  void unknown(const std::string& path, const Node& key) {
    if (problems_.size() >= kShownProblems) return problem(origin(key), "unknown key");
    std::vector<std::string> known{"name", "description", "extends", kDeviceList};
    for (const Key& k : keys()) known.push_back(k.path);
    const std::string group = path.substr(0, path.find('.'));
    const std::string allowed = is_group(keys(), group) ? keys_below(group) : groups();
    problem(origin(key), fmt::format("{}; allowed: {}", unknown_key(path, known), allowed));
  }

  void setting(const std::string& path, const Node& key, const Node& value) {
    if (given_twice(path, key)) return;
    Setting setting;
    setting.key = path;
    setting.origin = origin(key);
    if (value.is_text()) {
      setting.value = value.text;
    } else if (!detailed(path, value, setting)) {
      return;
    }
    settings_[path] = setting;
  }

  // {value: 9 ns, range: [6 ns, 16 ns], source: "..."}
  bool detailed(const std::string& path, const Node& node, Setting& setting) {
    const Node* value = node.value("value");
    if (value == nullptr || !value->is_text()) {
      problem(setting.origin,
              fmt::format("{} takes a value, or a map with value, range, source", path));
      return false;
    }
    setting.value = value->text;
    for (std::size_t i = 0; i < node.items.size(); i += 2) {
      detail(path, node.items[i], node.items[i + 1], setting);
    }
    return true;
  }

  void detail(const std::string& path, const Node& key, const Node& value, Setting& setting) {
    if (key.text == "value") return;
    if (key.text == "source" && value.is_text()) {
      setting.source = value.text;
    } else if (key.text == "range" && is_pair(value)) {
      setting.range_low = value.items[0].text;
      setting.range_high = value.items[1].text;
    } else {
      problem(origin(key), fmt::format("{}: '{}' is not value, source: TEXT, or range: [LOW, HIGH]",
                                       path, key.text));
    }
  }

  static bool is_pair(const Node& node) {
    return node.is_list() && node.items.size() == 2 && node.items[0].is_text() &&
           node.items[1].is_text();
  }

  std::string file_;
  std::string name_;
  DeviceList devices_;
  std::vector<std::filesystem::path> open_;
  int files_ = 0;
  std::size_t bytes_ = 0;  // of all files
  bool exceeded_ = false;  // one of the two limits
  std::map<std::string, Setting> settings_;
  std::set<std::string> seen_;  // in the file being read
  std::vector<std::string> problems_;
};

// Settings to values: every key parsed, checked, and there.
Platform resolve(Reader& reader, const std::filesystem::path& path,
                 const std::vector<std::string>& overrides) {
  std::map<std::string, Setting> given;
  for (const std::string& text : overrides) {
    const Override change = parse_override(text);
    if (reader.problems().empty()) check_key(change, reader.devices().keys());
    given[change.key] = setting_of(change);
  }
  Resolver resolver(reader.name().empty() ? path.stem().string() : reader.name(),
                    reader.devices().described());
  std::string missing;
  for (const Key& key : reader.devices().keys()) {
    const std::string& name = key.path;
    const Setting* const found = reader.setting_of(key);
    if (given.count(name) > 0) {
      resolver.take(key, given.at(name));
    } else if (found != nullptr) {
      Setting setting = *found;
      setting.key = name;
      resolver.parse(key, std::move(setting));
    } else if (!key.unset.empty()) {
      Setting unset;
      unset.key = name;
      unset.value = key.unset;
      unset.source = "not set";
      unset.origin = {path.string(), -1};
      resolver.parse(key, std::move(unset));
    } else {
      missing += (missing.empty() ? "" : ", ") + name;
    }
  }
  if (!missing.empty() && reader.problems().empty() && resolver.problems().empty()) {
    reader.problem({path.string(), 0}, "missing keys: " + missing);
  }
  return resolver.finish(reader.problems());
}

}  // namespace

Platform load_platform(const std::filesystem::path& path,
                       const std::vector<std::string>& overrides) {
  return std::move(load_platforms(path, {overrides}).front());
}

std::vector<Platform> load_platforms(const std::filesystem::path& path,
                                     const std::vector<std::vector<std::string>>& overrides) {
  const std::filesystem::path file = file_or_shipped(path, kFolder);
  Reader reader;
  reader.read_file(file, {file.string(), 0});
  std::vector<Platform> platforms;
  for (const std::vector<std::string>& each : overrides) {
    platforms.push_back(resolve(reader, file, each));
  }
  return platforms;
}

Platform parse_platform(const std::string& text, const std::filesystem::path& path,
                        const std::vector<std::string>& overrides) {
  Reader reader;
  reader.read_text(text, path);
  return resolve(reader, path, overrides);
}

}  // namespace h4h::platforms
