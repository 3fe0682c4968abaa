#include "tools/h4h/program.hpp"

#include <fmt/format.h>

#include <iostream>

#include "platforms/description/loader.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::tools {
namespace {

constexpr int kOk = 0, kFailed = 1, kUsage = 2;

std::string help(const Program& program) {
  std::string text =
      fmt::format("{}\n\nusage: {} COMMAND [options]\n\n", program.about, program.name);
  for (const Command& command : program.commands) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  return text + fmt::format(
                    "\n`{} COMMAND --help` tells a command's options. Results go to stdout, talk "
                    "to stderr.\n"
                    "exit code: 0 ok; 1 a file is wrong or the network does not run; 2 the command "
                    "line is wrong\n",
                    program.name);
}

std::string dispatch(const Program& program, const Arguments& arguments) {
  if (arguments.empty()) throw UsageError("a command is missing");
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h") return help(program);
  if (name == "--version") return fmt::format("{} {}\n", program.name, sim::program_version());
  for (const Command& command : program.commands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
  }
  throw UsageError(fmt::format("unknown command '{}'", name));
}

int fail(const Program& program, int code, const std::string& message) {
  std::cerr << program.name << ": " << message << "\n";
  return code;
}

}  // namespace

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

int run_program(const Program& program, int argc, char* argv[]) {
  try {
    std::cout << dispatch(program, {argv + 1, argv + argc}) << std::flush;
    return std::cout ? kOk : fail(program, kFailed, "cannot write to stdout");
  } catch (const UsageError& error) {
    return fail(program, kUsage,
                fmt::format("{} ({} --help tells what there is)", error.what(), program.name));
  } catch (const FailedCheck& check) {
    std::cout << check.results() << std::flush;
    return fail(program, kFailed, check.what());
  } catch (const platforms::OverrideError& error) {
    return fail(program, kUsage, error.what());
  } catch (const std::exception& error) {
    return fail(program, kFailed, error.what());
  }
}

}  // namespace h4h::tools
