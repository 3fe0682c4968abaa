#include <fmt/format.h>

#include <filesystem>

#include "nas/accuracy/accuracy_table.hpp"
#include "nas/accuracy/surrogate.hpp"
#include "tools/h4h/launched_ranks.hpp"
#include "tools/h4h/run_search.hpp"
#include "tools/h4h/start_program.hpp"

namespace h4h::tools {

std::string search(const Arguments& arguments) {
  std::optional<SearchArguments> parsed = parse_search(arguments);
  if (!parsed) return {};
  if (std::filesystem::is_directory(parsed->accuracy)) start_nas("search", arguments);
  refuse_ranks("'h4h search' with a table of accuracies or the surrogate");
  if (parsed->accuracy == "surrogate") {
    nas::Surrogate surrogate(parsed->space, {}, parsed->recipe);
    parsed->accuracy_identity = nas::surrogate_identity(surrogate.curve());
    return run_search(*parsed, surrogate);
  }
  if (!std::filesystem::exists(parsed->accuracy)) {
    throw std::runtime_error(fmt::format(
        "--accuracy {}: no such file or directory, nor the word surrogate", parsed->accuracy));
  }
  nas::AccuracyTable table(parsed->space, parsed->accuracy);
  parsed->accuracy_identity = "table " + table.hash();
  return run_search(*parsed, table);
}

}  // namespace h4h::tools
