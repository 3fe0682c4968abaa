#include <fmt/format.h>

#include <array>
#include <iostream>

#include "platforms/description/loader.hpp"
#include "tools/h4h/command.hpp"

namespace {

using h4h::tools::Arguments;

constexpr int kOk = 0, kFailed = 1, kUsage = 2;

struct Command {
  const char* name;
  const char* summary;
  std::string (*run)(const Arguments&);
};

constexpr std::array<Command, 5> kCommands{{
    {"simulate", "latency, energy and area of a network on a platform", h4h::tools::simulate},
    {"layers", "costs of single layers from a CSV file", h4h::tools::layers},
    {"platform", "check, show and compare platform files; their schema", h4h::tools::platform},
    {"network", "list, show, check and export networks", h4h::tools::network},
    {"space", "the networks of a search space: how many, the extremes, samples", h4h::tools::space},
}};

std::string help() {
  std::string text =
      "h4h: a simulator of edge AI chips with an NPU, compute-in-memory macros and a shared NoC\n\n"
      "usage: h4h COMMAND [options]\n\n";
  for (const Command& command : kCommands) {
    text += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  return text +
         "\n`h4h COMMAND --help` tells a command's options. Results go to stdout, talk to stderr.\n"
         "exit code: 0 ok; 1 a file is wrong or the network does not run; 2 the command line is "
         "wrong\n";
}

std::string dispatch(const Arguments& arguments) {
  if (arguments.empty()) throw h4h::tools::UsageError("a command is missing");
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h") return help();
  if (name == "--version") return "h4h " H4H_VERSION "\n";
  for (const Command& command : kCommands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
  }
  throw h4h::tools::UsageError(fmt::format("unknown command '{}'", name));
}

int fail(int code, const std::string& message) {
  std::cerr << "h4h: " << message << "\n";
  return code;
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    std::cout << dispatch({argv + 1, argv + argc}) << std::flush;
    return std::cout ? kOk : fail(kFailed, "cannot write to stdout");
  } catch (const h4h::tools::UsageError& error) {
    return fail(kUsage, std::string(error.what()) + " (h4h --help tells what there is)");
  } catch (const h4h::platforms::OverrideError& error) {
    return fail(kUsage, error.what());
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
