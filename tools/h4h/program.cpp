#include "tools/h4h/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <new>

#include "base/text/nearest.hpp"
#include "base/text/printable.hpp"
#include "base/text/wrap.hpp"
#include "platforms/description/loader.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h/message.hpp"

namespace h4h::tools {
namespace {

constexpr int kOk = 0, kFailed = 1, kUsage = 2;

std::string help(const Program& program) {
  std::string text = wrapped(program.about, 0);
  text += fmt::format("\nusage: {} COMMAND [options]\n\n", program.name);
  for (const Command& command : program.commands) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  text += fmt::format("  {:<10} this text, or the options of a command: {} help COMMAND\n\n",
                      "help", program.name);
  return text +
         wrapped(fmt::format("'{0} COMMAND --help' lists the options of a command; '{0} "
                             "--version' (-V) prints the version. Results go to stdout, "
                             "messages to stderr. Exit code: 0 success; 1 a file is invalid, "
                             "a network is infeasible or a check failed; 2 the command line "
                             "is invalid.",
                             program.name),
                 0);
}

const Command& find_command(const Program& program, const std::string& name) {
  Arguments names{"help"};
  for (const Command& command : program.commands) {
    if (name == command.name) return command;
    names.emplace_back(command.name);
  }
  const bool option = name.rfind('-', 0) == 0;
  throw UsageError(option ? fmt::format("unknown option '{}'; known: --help, --version", name)
                          : fmt::format("unknown command '{}'{}", name, did_you_mean(name, names)));
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* w) { return word == w; });
}

// What belongs on stdout. `command` becomes the one that runs.
std::string dispatch(const Program& program, Arguments arguments, std::string& command) {
  if (is_one_of(arguments.front(), {"--version", "-V"})) {
    return fmt::format("{} {}\n", program.name, sim::program_version());
  }
  if (is_one_of(arguments.front(), {"help", "--help", "-h"})) {
    if (arguments.size() == 1 || arguments[1] == "help") return help(program);
    arguments = {arguments[1], "--help"};
  }
  const Command& found = find_command(program, arguments.front());
  command = found.name;
  return found.run({arguments.begin() + 1, arguments.end()});
}

int fail(const std::string& who, int code, const std::string& message) {
  print_message(who + ": " + message);
  return code;
}

int run(const Program& program, const Arguments& arguments) {
  if (arguments.empty()) {
    std::cerr << help(program);
    return kUsage;
  }
  std::string command;
  const auto who = [&] {
    return command.empty() ? program.name : fmt::format("{} {}", program.name, command);
  };
  try {
    // A file's format has nothing left to escape.
    std::cout << printable_lines(dispatch(program, arguments, command)) << std::flush;
    return std::cout ? kOk : fail(program.name, kFailed, "cannot write to stdout");
  } catch (const UsageError& error) {
    return fail(who(), kUsage, fmt::format("{}; see '{} --help'", printable(error.what()), who()));
  } catch (const FailedCheck& check) {
    std::cout << printable_lines(check.results()) << std::flush;
    return fail(program.name, kFailed, check.what());
  } catch (const platforms::OverrideError& error) {
    return fail(who(), kUsage, printable(error.what()));
  } catch (const std::bad_alloc&) {
    return fail(who(), kFailed, "there is not enough memory");
  } catch (const std::exception& error) {
    return fail(program.name, kFailed, message_of(error));
  }
}

}  // namespace

int run_program(const Program& program, int argc, char* argv[]) {
  return run(program, {argv + 1, argv + argc});
}

}  // namespace h4h::tools
