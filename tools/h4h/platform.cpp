#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "platforms/description/keys.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/command.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using platforms::Platform;

const char kUsage[] =
    "usage: h4h platform check FILE...\n"
    "       h4h platform show FILE [--set KEY=VALUE]\n"
    "check: says of every file whether it is right, and everything that is wrong with it.\n"
    "show: every key as resolved, its range, where it stands and where it comes from.\n";

std::string place(const platforms::Origin& origin) {
  if (origin.line == 0) return "command line";
  const std::string file = std::filesystem::path(origin.file).lexically_normal().string();
  return fmt::format("{}:{}", file, origin.line);
}

std::string show(const Platform& platform) {
  std::string text = fmt::format("{}  (hash {})\n\n", platform.name, platform_hash(platform));
  text += fmt::format("{:<24} {:<12} {:<22} {}\n", "key", "value", "range", "source; place");
  for (const platforms::Setting& s : platform.settings) {
    const std::string range =
        s.range_low ? fmt::format("{} .. {}", *s.range_low, *s.range_high) : "";
    const std::string source = s.source.empty() ? "no source given" : s.source;
    text += fmt::format("{:<24} {:<12} {:<22} {}; {}\n", s.key, s.value, range, source,
                        place(s.origin));
  }
  return text;
}

std::string check(const Arguments& files) {
  std::string text;
  std::string problems;
  for (const std::string& file : files) {
    try {
      const Platform platform = platforms::load_platform(file);
      text += fmt::format("{}: ok, {} (hash {})\n", file, platform.name, platform_hash(platform));
    } catch (const platforms::PlatformError& error) {
      problems += (problems.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  if (!problems.empty()) throw platforms::PlatformError(problems);
  return text;
}

}  // namespace

std::string platform(const Arguments& arguments) {
  po::options_description options("options");
  options.add_options()("files", po::value<Arguments>(), "what to do, then platform files");
  options.add_options()("set", po::value<Arguments>()->value_name("KEY=VALUE")->composing(),
                        "replace a value; may be given several times");
  const Parsed parsed = parse(arguments, options, kUsage, "files");
  if (parsed.help) return {};

  Arguments words =
      parsed.values.count("files") > 0 ? parsed.values["files"].as<Arguments>() : Arguments{};
  if (words.empty()) throw UsageError("h4h platform: what to do is missing; one of: check, show");
  const std::size_t verb = one_of("platform", words.front(), {"check", "show"});
  words.erase(words.begin());
  if (words.empty()) throw UsageError("a platform file is missing");
  const bool overrides = parsed.values.count("set") > 0;
  if (verb == 0) {
    if (overrides) throw UsageError("platform check takes files as they are, without --set");
    return check(words);
  }
  if (words.size() > 1) throw UsageError("platform show takes one file");
  return show(platforms::load_platform(
      words.front(), overrides ? parsed.values["set"].as<Arguments>() : Arguments{}));
}

}  // namespace h4h::tools
