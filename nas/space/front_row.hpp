#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "nas/space/space.hpp"

namespace h4h::nas {

// Files of a search's folder that name its networks.
inline constexpr const char* kFront = "front.csv";
inline constexpr const char* kSearchSpace = "space.yaml";  // by format_space

// A network of the front that `h4h search` has left in a folder.
struct FrontRow {
  Space space;
  Genotype genotype;
};

// Whether a directory has the front of a search.
bool is_front(const std::filesystem::path& folder);

// FOLDER#ROW: the row of front.csv, from 1. Nothing where `folder` is no directory. Throws
// SpaceError that names the file for a row which is not there, and for a directory without a front
// or, of an earlier version, without its space.
std::optional<FrontRow> open_front_row(const std::filesystem::path& folder, const std::string& row);

}  // namespace h4h::nas
