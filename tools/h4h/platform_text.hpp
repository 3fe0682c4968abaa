#pragma once

#include <string>

#include "platforms/description/platform.hpp"

namespace h4h::tools {

// Every key with its value and range; assumptions are marked. `wide`: with source and place, too.
std::string platform_table(const platforms::Platform& platform, bool wide);
std::string platform_json(const platforms::Platform& platform);  // schema h4h.platform/1

// A platform file that extends the file `extends`: what the command line set in `platform` as keys,
// all others as comments with their values, ranges and sources. It resolves to the same platform.
std::string new_platform_file(const platforms::Platform& platform, const std::string& name,
                              const std::string& extends);

// A line for every key whose resolved value differs; "" where none does.
std::string platform_differences(const platforms::Platform& a, const platforms::Platform& b);

// A JSON Schema (draft 2020-12) of platform files, for editors. Numbers are checked for their unit,
// plain counts and choices also for their bounds; the loader alone checks the rest.
std::string platform_schema();

}  // namespace h4h::tools
