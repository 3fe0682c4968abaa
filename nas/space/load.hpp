#pragma once

#include <string>

#include "nas/space/space.hpp"

namespace h4h::nas {

// Reads a space file (docs/reference/space-files.md), or the shipped one that `path` names
// (file_or_shipped()). Throws SpaceError that names everything that
// is wrong, "file:line: message" each.
Space load_space(const std::string& path);

// The space as a file that stands alone: it has its name and every choice, and extends no other.
std::string format_space(const Space& space);

}  // namespace h4h::nas
