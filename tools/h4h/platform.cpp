#include <fmt/format.h>

#include <iostream>

#include "platforms/description/loader.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/platform_text.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using platforms::load_platform;
using platforms::Platform;

const char kUsage[] =
    "usage: h4h platform check FILE...\n"
    "       h4h platform show FILE [--set KEY=VALUE] [--format table|json]\n"
    "       h4h platform diff FILE FILE\n"
    "       h4h platform schema\n"
    "check: says of every file whether it is right, and everything that is wrong with it.\n"
    "show: every key as resolved, its range, where it stands and where it comes from; `?` marks\n"
    "      what is assumed.\n"
    "diff: a line for every key whose resolved value differs: key, value in the first file, value\n"
    "      in the second.\n"
    "schema: a JSON Schema of platform files, for editors that complete and check YAML.\n";

enum class Verb { check, show, diff, schema };
constexpr std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::check:
      return "check";
    case Verb::show:
      return "show";
    case Verb::diff:
      return "diff";
    case Verb::schema:
      return "schema";
  }
  return {};
}

std::string check(const Arguments& files) {
  if (files.empty()) throw UsageError("a platform file is missing");
  std::string text;
  std::string problems;
  for (const std::string& file : files) {
    try {
      const Platform platform = load_platform(file);
      text += fmt::format("{}: ok, {} (hash {})\n", file, platform.name, platform_hash(platform));
    } catch (const platforms::PlatformError& error) {
      problems += (problems.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  if (!problems.empty()) throw platforms::PlatformError(problems);
  return text;
}

std::string show(const Arguments& files, const Parsed& parsed) {
  if (files.empty()) throw UsageError("a platform file is missing");
  if (files.size() > 1) throw UsageError("platform show takes one file");
  const bool json = format_of(parsed, {Format::table, Format::json}) == Format::json;
  const Platform platform = load_platform(files.front(), list_of(parsed, "set"));
  return json ? platform_json(platform) : platform_table(platform);
}

std::string diff(const Arguments& files) {
  if (files.size() != 2) throw UsageError("platform diff takes two files");
  std::string text =
      platform_differences(load_platform(files.front()), load_platform(files.back()));
  if (text.empty()) std::cerr << "h4h: every key resolves to the same value in both files\n";
  return text;
}

std::string schema(const Arguments& files) {
  if (!files.empty()) throw UsageError("platform schema takes no file");
  return platform_schema();
}

void refuse_options_of_show(const std::string& verb, const Parsed& parsed) {
  for (const char* option : {"set", "format"}) {
    if (parsed.values.count(option) > 0 && !parsed.values[option].defaulted()) {
      throw UsageError(fmt::format("platform {} takes no --{}; platform show does", verb, option));
    }
  }
}

}  // namespace

std::string platform(const Arguments& arguments) {
  po::options_description options("options");
  options.add_options()("files", po::value<Arguments>(), "what to do, then platform files");
  options.add_options()("set", po::value<Arguments>()->value_name("KEY=VALUE")->composing(),
                        "show: replace a value; may be given several times");
  options.add_options()("format",
                        po::value<std::string>()->value_name("FORMAT")->default_value("table"),
                        "show: table or json");
  const Parsed parsed = parse(arguments, options, kUsage, "files");
  if (parsed.help) return {};

  Arguments words =
      parsed.values.count("files") > 0 ? parsed.values["files"].as<Arguments>() : Arguments{};
  if (words.empty()) {
    throw UsageError(fmt::format("h4h platform: what to do is missing; one of: {}",
                                 fmt::join(enum_words<Verb>(), ", ")));
  }
  const std::string verb = words.front();
  words.erase(words.begin());
  const Verb what = enum_of<Verb>("platform", verb);
  if (what == Verb::show) return show(words, parsed);
  refuse_options_of_show(verb, parsed);
  if (what == Verb::check) return check(words);
  return what == Verb::diff ? diff(words) : schema(words);
}

}  // namespace h4h::tools
