#pragma once

#include <filesystem>
#include <string>

namespace h4h::tests {

// The root of this checkout.
std::filesystem::path source_dir();

// A file of ../shared; empty where this checkout has none.
std::filesystem::path shared_file(const std::string& name);

}  // namespace h4h::tests
