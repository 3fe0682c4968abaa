#pragma once

#include <string>
#include <vector>

#include "platforms/description/errors.hpp"
#include "platforms/description/platform.hpp"
#include "platforms/description/value.hpp"

namespace h4h::platforms {

class KeyList;

// A value that replaces the one that a platform has.
struct Override {
  std::string key;
  Value value;
  std::string text{};    // as it was typed; "" where the program makes the value
  std::string option{};  // the option that it was typed with, "--set"; "" likewise
  int line = 0;          // above 0: `option` is the file that it stands in, at this line
};

inline bool operator==(const Override& a, const Override& b) {
  return a.key == b.key && a.value == b.value;
}

// Reads "cim.step=9 ns", or the two sides of it. Throws OverrideError for a key that no platform
// has and for what is no value of the key, PlatformError for a table with mistakes. Bounds are
// checked where a platform takes the value.
Override parse_override(const std::string& text, const std::string& option = "--set");
Override parse_override(const std::string& key, const std::string& text, const std::string& option);
// A value of a file of variants. Throws PlatformError that says what is wrong, without the place.
Override parse_override(const std::string& key, const std::string& text, const Origin& place);

// Throws OverrideError where `keys`, those of a platform, do not have the key.
void check_key(const Override& change, const KeyList& keys);

// "cim.step=9000 ps": the text that is read as the same value. Reals with twelve digits.
std::string to_string(const Override& change);

// The platform with other values; of two for one key the last one counts. Equal to a load of the
// platform's files with the same `--set`, and checked alike: what follows the clock of the NPU is
// worked out again, and every value must be within its bounds and its range. No file is read.
// Throws OverrideError for a value that its key does not allow, PlatformError (file:line) for one
// of a file: of an override's, or the platform's own that another clock puts out of bounds.
Platform with(const Platform& platform, const std::vector<Override>& overrides);

}  // namespace h4h::platforms
