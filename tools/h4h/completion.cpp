#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdio.h>  // NOLINT: popen is POSIX, not C++

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "base/program_files.hpp"
#include "tools/h4h/commands.hpp"
#include "tools/h4h/completion_assets.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

const char kShellUsage[] =
    "usage: h4h completion bash|zsh\n"
    "Prints a script for the shell that completes commands, options, their values, and the names "
    "of shipped platforms and spaces. Packages install both scripts. Without a package:\n"
    "  bash  eval \"$(h4h completion bash)\" in ~/.bashrc\n"
    "  zsh   h4h completion zsh >FOLDER/_h4h, for a folder of $fpath\n";

enum class Shell { bash, zsh };
constexpr std::string_view to_string(Shell shell) { return shell == Shell::bash ? "bash" : "zsh"; }

// A line of option_table().
struct OptionRow {
  std::string name, type, kinds, words, text;
};

std::string quoted(std::string text) {
  for (std::size_t at = 0; (at = text.find('\'', at)) != std::string::npos; at += 4) {
    text.replace(at, 1, "'\\''");
  }
  return "'" + text + "'";
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
  std::string text;
  char buffer[4096];
  for (std::size_t count = 0; (count = fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) {
    text.append(buffer, count);
  }
  return text;
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Of a command, from a process of its own: h4h-nas prints that of `train`. Nothing where it is not
// installed.
std::vector<OptionRow> rows_of(const std::string& command) {
  const std::string program = quoted((program_folder() / "h4h").string());
  std::vector<OptionRow> rows;
  for (const std::string& line : split(
           output_of(fmt::format("{} {} {} 2>/dev/null", program, command, kListOptions)), '\n')) {
    const std::vector<std::string> columns = split(line, '\t');
    if (columns.size() != 5) continue;
    rows.push_back({columns[0], columns[1], columns[2], columns[3], columns[4]});
  }
  return rows;
}

using OptionRows = std::map<std::string, std::vector<OptionRow>>;  // by command

// Which files and words the value of an option or an argument may be. Equal ones share a case.
std::string offers(const OptionRows& table) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> patterns;
  for (const auto& [command, rows] : table) {
    for (const OptionRow& row : rows) {
      if (row.type != "value") continue;
      patterns[{row.kinds, row.words}].push_back(fmt::format("\"{} {}\"", command, row.name));
    }
  }
  std::string text =
      "# Sets $offered and $kinds for the value of an option or argument; fails where it takes "
      "none.\n_h4h_offer() {\n  case \"$1 $2\" in\n";
  for (const auto& [what, places] : patterns) {
    std::string kinds = what.first;
    std::replace(kinds.begin(), kinds.end(), ',', ' ');
    text += fmt::format("    {})\n      kinds=\"{}\" offered={} ;;\n", fmt::join(places, " | "),
                        kinds, quoted(what.second));
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

// "--name:description" for zsh, whose descriptions begin at the first colon that is not escaped.
std::string described(std::string name, const std::string& text) {
  const std::string first = text.substr(0, text.find_first_of(";:"));
  return quoted(std::move(name) + ":" + first);
}

std::string option_lists(const OptionRows& table, Shell shell) {
  std::string text = "_h4h_options() {\n  case $1 in\n";
  for (const auto& [command, rows] : table) {
    std::vector<std::string> names;
    for (const OptionRow& row : rows) {
      if (row.name.rfind("--", 0) != 0) continue;
      names.push_back(shell == Shell::bash ? row.name : described(row.name, row.text));
    }
    text += fmt::format("    {}) printf '%s\\n' {} ;;\n", command, fmt::join(names, " "));
  }
  return text + "  esac\n}\n";
}

std::string summaries(const Program& program) {
  std::string text = "_h4h_summaries() {\n  printf '%s\\n'";
  for (const Command& command : program.commands) {
    text += " \\\n    " + quoted(fmt::format("{}:{}", command.name, command.summary));
  }
  return text + "\n}\n";
}

std::string script(Shell shell) {
  const Program program = h4h_program();
  OptionRows table;
  std::vector<std::string> names;
  for (const Command& command : program.commands) {
    names.emplace_back(command.name);
    table[command.name] = rows_of(command.name);
  }
  std::string tables = fmt::format("_h4h_commands=\"{}\"\n\n", fmt::join(names, " ")) +
                       option_lists(table, shell) + "\n" + offers(table);
  if (shell == Shell::zsh) tables += "\n" + summaries(program);
  tables.pop_back();
  const std::string mark = "@TABLE@";
  std::string text(completion_asset(fmt::format("h4h.{}", to_string(shell))));
  return text.replace(text.find(mark), mark.size(), tables);
}

}  // namespace

std::string completion(const Arguments& arguments) {
  const Parsed parsed =
      parse(arguments, Options("options"), kShellUsage, {kArguments, enum_words<Shell>()});
  if (parsed.help) return {};
  Arguments words = list_of(parsed, kArguments);
  const Shell shell = take_subcommand<Shell>(words);
  if (!words.empty()) throw UsageError("completion takes one argument");
  return script(shell);
}

}  // namespace h4h::tools
