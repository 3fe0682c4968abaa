#pragma once

#include <string>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// As one word of a POSIX shell.
std::string shell_word(const std::string& text);

// `h4h NAME` with the options that were given, quoted for a shell, as a page shows it. Options that
// decide where results go, in which form, or how they are computed are left out: pages of the same
// results are the same. So are those of `more`.
std::string page_command(const std::string& name, const Parsed& parsed, const Arguments& more = {});

}  // namespace h4h::tools
