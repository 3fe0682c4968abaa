#include "tools/h4h/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>

#include "platforms/description/loader.hpp"

namespace h4h::tools {

namespace po = boost::program_options;

Parsed parse(const Arguments& arguments, const po::options_description& options,
             const std::string& usage, const char* positional) {
  po::options_description all;
  all.add(options);
  all.add_options()("help,h", "print this help");
  po::positional_options_description names;
  if (*positional != '\0') names.add(positional, -1);
  Parsed parsed;
  try {
    // No abbreviations: a misspelt option must not become another one.
    const int style =
        po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(arguments).options(all).positional(names).style(style).run(),
              parsed.values);
    po::notify(parsed.values);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  if (parsed.values.count("help") > 0) {
    parsed.help = true;
    std::cout << usage << "\n" << all;
  }
  return parsed;
}

std::size_t one_of(const std::string& option, const std::string& value, const Arguments& allowed) {
  const auto found = std::find(allowed.begin(), allowed.end(), value);
  if (found == allowed.end()) {
    throw UsageError(
        fmt::format("--{} '{}' is not one of: {}", option, value, fmt::join(allowed, ", ")));
  }
  return static_cast<std::size_t>(found - allowed.begin());
}

std::string_view to_string(Format format) {
  switch (format) {
    case Format::table:
      return "table";
    case Format::csv:
      return "csv";
    case Format::json:
      return "json";
    case Format::dot:
      return "dot";
    case Format::yaml:
      return "yaml";
  }
  return {};
}

Format format_of(const Parsed& parsed, const std::vector<Format>& allowed) {
  return enum_of("format", required(parsed, "format"), allowed);
}

void add_platform_options(po::options_description& options) {
  options.add_options()("platform", po::value<std::string>()->value_name("FILE"),
                        "platform file (YAML)");
  options.add_options()("set", po::value<Arguments>()->value_name("KEY=VALUE")->composing(),
                        "replace a value of the platform; may be given several times");
}

platforms::Platform platform_of(const Parsed& parsed) {
  const Arguments overrides =
      parsed.values.count("set") > 0 ? parsed.values["set"].as<Arguments>() : Arguments{};
  return platforms::load_platform(required(parsed, "platform"), overrides);
}

std::string required(const Parsed& parsed, const std::string& option) {
  if (parsed.values.count(option) == 0) throw UsageError(fmt::format("--{} is missing", option));
  return parsed.values[option].as<std::string>();
}

std::optional<std::string> optional(const Parsed& parsed, const std::string& option) {
  if (parsed.values.count(option) == 0) return std::nullopt;
  return parsed.values[option].as<std::string>();
}

Arguments list_of(const Parsed& parsed, const std::string& option) {
  return parsed.values.count(option) > 0 ? parsed.values[option].as<Arguments>() : Arguments{};
}

std::uint64_t whole(const Parsed& parsed, const std::string& option, std::uint64_t low,
                    std::uint64_t high) {
  const std::string text = required(parsed, option);
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end || value < low || value > high) {
    throw UsageError(
        fmt::format("--{} '{}' is not an integer from {} to {}", option, text, low, high));
  }
  return value;
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
