#include "tools/h4h/command.hpp"
namespace h4h::tools {
std::string sweep(const Arguments&) { return {}; }
}  // namespace h4h::tools
