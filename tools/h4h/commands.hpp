#pragma once

#include "tools/h4h/program.hpp"

namespace h4h::tools {

// Everything that `h4h` can do.
Program h4h_program();

}  // namespace h4h::tools
