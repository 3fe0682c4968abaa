#include "tools/h4h-nas/command_ranks.hpp"
#include "tools/h4h-nas/run_export.hpp"

namespace h4h::tools {

std::string export_network(const Arguments& arguments) {
  refuse_ranks("'h4h export'");
  const std::optional<ExportCommand> command = parse_export(arguments);
  return command ? run_export(*command) : std::string{};
}

}  // namespace h4h::tools
