#pragma once

#include <stdexcept>

namespace h4h::platforms {

// Everything wrong with a platform file, one "file:line: message" a line.
class PlatformError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A value in place of the platform's own that is not KEY=VALUE with a known key and an allowed
// value.
class OverrideError : public PlatformError {
 public:
  using PlatformError::PlatformError;
};

}  // namespace h4h::platforms
