#pragma once

#include <string_view>

namespace h4h::tools {

// "h4h.bash" and "h4h.zsh" of tools/h4h/completion.
std::string_view completion_asset(std::string_view name);

}  // namespace h4h::tools
