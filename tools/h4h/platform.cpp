#include <fmt/format.h>

#include <filesystem>

#include "base/program_files.hpp"
#include "base/text/printable.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/message.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/platform_text.hpp"
#include "tools/h4h/shared_options.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;
using platforms::load_platform;
using platforms::Platform;

const char kUsage[] =
    "usage: h4h platform check FILE...\n"
    "       h4h platform show FILE [--set KEY=VALUE] [--format table|json] [--wide]\n"
    "       h4h platform diff FILE FILE\n"
    "       h4h platform new FILE --from FILE [--set KEY=VALUE]\n"
    "       h4h platform schema\n"
    "check: reads every file and reports all errors.\n"
    "show: every key with its value and range; `?` marks assumptions. --wide: also the source of "
    "each value and its location (file:line).\n"
    "diff: a line for every key whose resolved value differs: key, value in the first file, value "
    "in the second.\n"
    "new: writes a platform file that extends another one, with the keys of --set and all others "
    "as "
    "comments.\n"
    "schema: a JSON Schema of platform files, for editors that complete and check YAML.\n";

enum class Verb { check, show, diff, create, schema };
constexpr std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::check:
      return "check";
    case Verb::show:
      return "show";
    case Verb::diff:
      return "diff";
    case Verb::create:
      return "new";
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

// How a file in the directory of `file` names another one: by a relative path, or, of what is
// shipped, by its name there.
std::string named_beside(const fs::path& file, const std::string& other) {
  const fs::path found = fs::weakly_canonical(file_or_shipped(other, "platforms"));
  const fs::path shipped =
      found.lexically_relative(fs::weakly_canonical(shipped_path("platforms")));
  std::error_code missing;
  const bool is_shipped = !shipped.empty() && *shipped.begin() != "..";
  if (is_shipped && !fs::exists(other, missing)) return shipped.string();
  const fs::path folder = fs::weakly_canonical(fs::absolute(file)).parent_path();
  const fs::path relative = found.lexically_relative(folder);
  return (relative.empty() ? found : relative).string();
}

// Throws std::runtime_error unless the text, as the file, will be that platform.
void check_new(const std::string& text, const fs::path& file, const std::string& extends,
               const Platform& platform) {
  const fs::path extended = file.parent_path() / extends;
  std::string why = fmt::format("{} is another file there", extends);
  try {
    const bool itself = fs::weakly_canonical(extended) == fs::weakly_canonical(file);
    if (!itself && platforms::parse_platform(text, file) == platform) return;
    if (itself) why = "it would extend itself";
  } catch (const platforms::PlatformError& error) {
    why = error.what();
  }
  throw std::runtime_error(fmt::format(
      "{}: a file of this name cannot extend that platform; choose another name or directory: {}",
      file.string(), why));
}

std::string create(const Arguments& files, const Parsed& parsed) {
  if (files.size() != 1) throw UsageError("new requires one file: the one to write");
  const fs::path file = files.front();
  const std::string from = required(parsed, "from");
  if (file.extension() != ".yaml" && file.extension() != ".yml") {
    throw UsageError(fmt::format("'{}' ends in neither .yaml nor .yml", file.string()));
  }
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(file, ignored))) {
    throw std::runtime_error(fmt::format("{}: exists; it is not replaced", file.string()));
  }
  const Platform platform = load_platform(from, list_of(parsed, "set"));
  const std::string extends = named_beside(file, from);
  const std::string text = new_platform_file(platform, file.stem().string(), extends);
  check_new(text, file, extends, platform);
  write_file(file, text);
  return fmt::format("wrote {}; `h4h platform check {}` reads it\n", file.string(), file.string());
}

std::string schema(const Arguments& files) {
  if (!files.empty()) throw UsageError("platform schema takes no file");
  return platform_schema();
}

void refuse(const std::string& verb, const Parsed& parsed, const Arguments& options,
            const char* other) {
  for (const std::string& option : options) {
    if (!given(parsed, option)) continue;
    throw UsageError(
        fmt::format("platform {} takes no --{}; platform {} does", verb, option, other));
  }
}

}  // namespace

std::string platform(const Arguments& arguments) {
  Options options("options");
  add_set_option(options);
  // clang-format off
  options.add_options()
      ("from", choice(platform_names)->value_name("FILE"), "new: the platform to extend, a file or the name of a shipped one");
  // clang-format on
  add_format_option(options, kFormats);
  add_wide_option(options);
  const Parsed parsed =
      parse(arguments, options, kUsage, {kArguments, enum_words<Verb>(), "FILE", platform_names});
  if (parsed.help) return {};

  Arguments words = list_of(parsed, kArguments);
  const Verb what = take_subcommand<Verb>(words);
  const std::string verb(to_string(what));
  if (what != Verb::create) refuse(verb, parsed, {"from"}, "new");
  if (what == Verb::show) return show(words, parsed);
  refuse(verb, parsed, {"format", "wide"}, "show");
  if (what == Verb::create) return create(words, parsed);
  refuse(verb, parsed, {"set"}, "show");
  if (what == Verb::check) return check(words);
  return what == Verb::diff ? diff(words) : schema(words);
}

}  // namespace h4h::tools
