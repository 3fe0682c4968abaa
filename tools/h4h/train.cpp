#include "tools/h4h/start_program.hpp"

namespace h4h::tools {

std::string train(const Arguments& arguments) { start_nas("train", arguments); }
std::string export_network(const Arguments& arguments) { start_nas("export", arguments); }

}  // namespace h4h::tools
