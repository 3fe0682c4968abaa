// The only source that knows where the build lies: a compiler cache serves all others to any
// checkout.
#include "tests/support/paths.hpp"

namespace h4h::tests {

std::filesystem::path source_dir() { return H4H_SOURCE_DIR; }

std::filesystem::path shared_file(const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(H4H_SHARED_DIR) / name;
  return std::filesystem::exists(path) ? path : std::filesystem::path{};
}

}  // namespace h4h::tests
