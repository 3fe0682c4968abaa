#include "tools/h4h/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "base/program_files.hpp"
#include "base/text/nearest.hpp"
#include "base/text/number.hpp"
#include "base/text/wrap.hpp"
#include "tools/h4h/option_table.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

Arguments dashed_names(const po::options_description& options) {
  Arguments names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

// The option that an argument without one was probably meant for: "" where there is none to guess.
std::string meant_option(const std::string& argument, const po::options_description& options,
                         const po::variables_map& values) {
  const auto free = [&](const char* name) {
    return options.find_nothrow(name, false) != nullptr && values.count(name) == 0;
  };
  const bool yaml = ends_with(argument, ".yaml") || ends_with(argument, ".yml");
  if (yaml && free("platform")) return "--platform";
  return free("network") ? "--network" : "";
}

void refuse_arguments(const Arguments& arguments, const po::options_description& options,
                      const po::variables_map& values) {
  const std::string& first = arguments.front();
  const std::string option = meant_option(first, options, values);
  const std::string hint =
      option.empty() ? "" : fmt::format(" (did you mean '{} {}'?)", option, first);
  throw UsageError(fmt::format("unexpected argument '{}'{}", first, hint));
}

// Synopses continue under their commands, lists and labelled lines are indented.
std::string wrapped_usage(const std::string& usage) {
  std::string text;
  std::istringstream stream(usage);
  for (std::string line; std::getline(stream, line);) {
    const bool synopsis = line.rfind("usage: ", 0) == 0 || line.rfind("       ", 0) == 0;
    const bool list = line.rfind("  ", 0) == 0;
    const bool label = line.find(": ") < line.find(' ');
    text += wrapped(line, synopsis ? 11 : list ? 6 : label ? 2 : 0);
  }
  return text;
}

Parsed parsed_by_boost(const Arguments& arguments, const po::options_description& shown,
                       const std::string& positional) {
  po::options_description all;
  all.add(shown);
  const std::string rest = positional.empty() ? kArguments : positional;
  if (all.find_nothrow(rest, false) == nullptr)
    all.add_options()(rest.c_str(), po::value<Arguments>());
  po::positional_options_description names;
  names.add(rest.c_str(), -1);
  // No abbreviations: a misspelt option must not become another one.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  Parsed parsed;
  try {
    const po::parsed_options options =
        po::command_line_parser(arguments).options(all).positional(names).style(style).run();
    po::store(options, parsed.values);
    po::notify(parsed.values);
    parsed.given = options.options;
  } catch (const po::unknown_option& error) {
    const std::string typed = error.get_option_name();
    throw UsageError(error.what() +
                     did_you_mean(typed.substr(0, typed.find('=')), dashed_names(shown)));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  return parsed;
}

}  // namespace

Parsed parse(const Arguments& arguments, const po::options_description& options,
             const std::string& usage, const Positional& positional) {
  po::options_description shown(options);
  shown.add_options()("help,h", "print this help");
  if (arguments == Arguments{kListOptions}) {
    std::cout << option_table(shown, positional);
    return {{}, true};
  }
  Parsed parsed = parsed_by_boost(arguments, shown, positional.option);
  if (parsed.values.count("help") > 0) {
    parsed.help = true;
    std::cout << wrapped_usage(usage) << "\n" << shown;
  } else if (positional.option.empty() && parsed.values.count(kArguments) > 0) {
    refuse_arguments(list_of(parsed, kArguments), options, parsed.values);
  }
  return parsed;
}

std::size_t one_of(const std::string& option, const std::string& value, const Arguments& allowed) {
  const auto found = std::find(allowed.begin(), allowed.end(), value);
  if (found == allowed.end()) {
    throw UsageError(fmt::format("--{} '{}' is not one of: {}{}", option, value,
                                 fmt::join(allowed, ", "), did_you_mean(value, allowed)));
  }
  return static_cast<std::size_t>(found - allowed.begin());
}

std::size_t take_subcommand(Arguments& words, const Arguments& known) {
  if (words.empty()) {
    throw UsageError(fmt::format("subcommand required: {}", fmt::join(known, ", ")));
  }
  const auto found = std::find(known.begin(), known.end(), words.front());
  if (found == known.end()) {
    throw UsageError(fmt::format("unknown subcommand '{}'{}; known: {}", words.front(),
                                 did_you_mean(words.front(), known), fmt::join(known, ", ")));
  }
  words.erase(words.begin());
  return static_cast<std::size_t>(found - known.begin());
}

std::string required(const Parsed& parsed, const std::string& option) {
  if (parsed.values.count(option) == 0) throw UsageError(fmt::format("--{} is missing", option));
  return parsed.values[option].as<std::string>();
}

std::optional<std::string> optional(const Parsed& parsed, const std::string& option) {
  if (parsed.values.count(option) == 0) return std::nullopt;
  return parsed.values[option].as<std::string>();
}

std::filesystem::path file_of(const Parsed& parsed, const std::string& option,
                              const std::string& shipped) {
  return given(parsed, option) ? std::filesystem::path(required(parsed, option))
                               : shipped_file(shipped);
}

bool given(const Parsed& parsed, const std::string& option) {
  const po::variable_value& value = parsed.values[option];
  return !value.empty() && !value.defaulted();
}

Arguments list_of(const Parsed& parsed, const std::string& option) {
  return parsed.values.count(option) > 0 ? parsed.values[option].as<Arguments>() : Arguments{};
}

std::uint64_t whole(const Parsed& parsed, const std::string& option, std::uint64_t low,
                    std::uint64_t high) {
  const std::string text = required(parsed, option);
  const auto value = parse_number<std::uint64_t>(text);
  if (!value || *value < low || *value > high) {
    throw UsageError(
        fmt::format("--{} '{}' is not an integer from {} to {}", option, text, low, high));
  }
  return *value;
}

std::optional<double> quantity(const Parsed& parsed, const std::string& option,
                               platforms::Dimension dimension) {
  const auto text = optional(parsed, option);
  if (!text) return std::nullopt;
  try {
    const double value =
        dimension == platforms::Dimension::time
            ? static_cast<double>(platforms::parse_integer(*text, dimension, 0)) * 1e-12
            : platforms::parse_real(*text, dimension);
    if (value > 0) return value;
  } catch (const platforms::QuantityError& error) {
    throw UsageError(fmt::format("--{}: {}", option, error.what()));
  }
  throw UsageError(fmt::format("--{}: '{}' is not above 0", option, *text));
}

}  // namespace h4h::tools
