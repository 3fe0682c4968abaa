#include <fmt/format.h>

#include "base/text/printable.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/message.hpp"
#include "tools/h4h/platform_text.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

using platforms::load_platform;
using platforms::Platform;

const char kUsage[] =
    "usage: h4h platform check FILE...\n"
    "       h4h platform show FILE [--set KEY=VALUE] [--format table|json] [--wide]\n"
    "       h4h platform diff FILE FILE\n"
    "       h4h platform schema\n"
    "check: reads every file and reports all errors.\n"
    "show: every key with its value and range; `?` marks assumptions. --wide: also the source of "
    "each value and its location (file:line).\n"
    "diff: a line for every key whose resolved value differs: key, value in the first file, value "
    "in the second.\n"
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

const Formats kFormats{Format::table, Format::json};

std::string check(const Arguments& files) {
  if (files.empty()) throw UsageError("a platform file is required");
  std::string text;
  std::string problems;
  for (const std::string& file : files) {
    try {
      const Platform platform = load_platform(file);
      text += fmt::format("{}: ok, {} (hash {})\n", file, printable(platform.name),
                          platform_hash(platform));
    } catch (const platforms::PlatformError& error) {
      problems += (problems.empty() ? "" : "\n") + std::string(error.what());
    }
  }
  if (!problems.empty()) throw platforms::PlatformError(problems);
  return text;
}

std::string show(const Arguments& files, const Parsed& parsed) {
  if (files.size() != 1) throw UsageError("show requires one file");
  const bool json = format_of(parsed, kFormats) == Format::json;
  if (json && wide(parsed)) throw UsageError("--wide needs --format table");
  const Platform platform = load_platform(files.front(), list_of(parsed, "set"));
  return json ? platform_json(platform) : platform_table(platform, wide(parsed));
}

std::string diff(const Arguments& files) {
  if (files.size() != 2) throw UsageError("diff requires two files");
  std::string text =
      platform_differences(load_platform(files.front()), load_platform(files.back()));
  if (text.empty()) print_message("h4h: every key resolves to the same value in both files");
  return text;
}

std::string schema(const Arguments& files) {
  if (!files.empty()) throw UsageError("platform schema takes no file");
  return platform_schema();
}

void refuse_options_of_show(const std::string& verb, const Parsed& parsed) {
  for (const char* option : {"set", "format", "wide"}) {
    if (given(parsed, option)) {
      throw UsageError(fmt::format("platform {} takes no --{}; platform show does", verb, option));
    }
  }
}

}  // namespace

std::string platform(const Arguments& arguments) {
  Options options("options");
  add_set_option(options);
  add_format_option(options, kFormats);
  add_wide_option(options);
  const Parsed parsed =
      parse(arguments, options, kUsage, {kArguments, enum_words<Verb>(), "FILE", platform_names});
  if (parsed.help) return {};

  Arguments words = list_of(parsed, kArguments);
  const Verb what = take_subcommand<Verb>(words);
  const std::string verb(to_string(what));
  if (what == Verb::show) return show(words, parsed);
  refuse_options_of_show(verb, parsed);
  if (what == Verb::check) return check(words);
  return what == Verb::diff ? diff(words) : schema(words);
}

}  // namespace h4h::tools
