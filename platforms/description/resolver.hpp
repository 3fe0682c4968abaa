#pragma once

#include <string>
#include <vector>

#include "platforms/description/keys.hpp"
#include "platforms/description/overrides.hpp"
#include "platforms/description/platform.hpp"

namespace h4h::platforms {

// Of more problems a message tells how many there are.
inline constexpr std::size_t kShownProblems = 20;

// "file:12: what", or "file: what" for an origin without a line.
std::string problem_text(const Origin& origin, const std::string& what);

// Sets the values of a platform one after another, in the order of its KeyList, each checked
// against its bounds and its range, and collects what is wrong instead of stopping at the first
// mistake.
class Resolver {
 public:
  // `devices`: that the platform lists, of which names and types are taken.
  Resolver(std::string name, const std::vector<NamedDevice>& devices)
      : platform_(empty_platform(devices)), keys_(platform_) {
    platform_.name = std::move(name);
  }

  // A setting whose texts are still to be parsed. Throws OverrideError where it is one of the
  // command line.
  void parse(const Key& key, Setting setting);
  // A setting whose values are known. Throws OverrideError likewise.
  void take(const Key& key, Setting setting);

  const KeyList& keys() const { return keys_; }
  const std::vector<std::string>& problems() const { return problems_; }
  // The platform. Throws PlatformError with the problems, those of `before` first.
  Platform finish(std::vector<std::string> before = {});

 private:
  void check_weight_ports();
  template <typename Step>
  void attributed(const Key& key, const Origin& origin, Step step);

  Platform platform_;
  KeyList keys_;
  std::vector<std::string> problems_;
};

// The override as a setting of the command line.
Setting setting_of(const Override& change);

}  // namespace h4h::platforms
