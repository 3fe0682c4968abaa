#pragma once

#include <exception>
#include <string>

namespace h4h::tools {

// Writes a message of one or more lines to stderr. Names in it come from files: control characters
// other than line breaks are escaped (base/text/printable.hpp).
void print_message(const std::string& message);

// What went wrong, as "file: what" where the standard library knows the file.
std::string message_of(const std::exception& error);

}  // namespace h4h::tools
