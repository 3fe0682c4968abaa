#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_values.hpp"
#include "platforms/description/platform.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::tools {

// What the user asked for does not exist or cannot be parsed: exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Arguments = std::vector<std::string>;

// A command whose results say that a criterion is not met: they belong on stdout, the exit code is
// 1.
class FailedCheck : public std::runtime_error {
 public:
  FailedCheck(std::string results, const std::string& message)
      : std::runtime_error(message), results_(std::move(results)) {}
  const std::string& results() const { return results_; }

 private:
  std::string results_;
};

// A command's parsed options, or its help text where --help was among them.
struct Parsed {
  boost::program_options::variables_map values;
  bool help = false;
  std::vector<boost::program_options::option> given{};  // in the order of the command line
};

// The name under which arguments without an option are kept in `Parsed`, hidden from help.
constexpr const char kArguments[] = "arguments";

// Words that are found out when they are asked for.
using Words = std::function<Arguments()>;

// Arguments without an option.
struct Positional {
  Positional(const char* of = "") : option(of) {}  // NOLINT: stands for the option
  Positional(
      std::string of, Arguments first_words, std::string value_name = {},
      Words other_words = [] { return Arguments{}; })
      : option(std::move(of)),
        first(std::move(first_words)),
        name(std::move(value_name)),
        words(std::move(other_words)) {}

  std::string option;  // that takes them, "" for none; need not be one of the command's options
  // For completion: subcommands, of which the first argument is one; what the others are, as the
  // name of an option's value ("FILE"), and words that they may be. An option of the command says
  // the latter two itself.
  Arguments first;
  std::string name;
  Words words = [] { return Arguments{}; };
};

// Parses with --help added. Prints `usage` and the options to stdout where help is asked for.
// `positional`: where `options` has no option of its name it is accepted but not shown. Throws
// UsageError, with the nearest option for an unknown one.
Parsed parse(const Arguments& arguments, const boost::program_options::options_description& options,
             const std::string& usage, const Positional& positional = {});

// The value's place in `allowed`. Throws UsageError that lists them, with the nearest one.
std::size_t one_of(const std::string& option, const std::string& value, const Arguments& allowed);

// The enumerator of `allowed` that to_string() spells `value`. Throws UsageError that lists them.
template <typename Enum>
Enum enum_of(const std::string& option, const std::string& value,
             const std::vector<Enum>& allowed = {kEnumValues<Enum>.begin(),
                                                 kEnumValues<Enum>.end()}) {
  Arguments words;
  for (const Enum each : allowed) words.emplace_back(to_string(each));
  return allowed[one_of(option, value, words)];
}

// Takes the subcommand off the front of `words`: its place in `known`. Throws UsageError.
std::size_t take_subcommand(Arguments& words, const Arguments& known);
template <typename Enum>
Enum take_subcommand(Arguments& words) {
  return kEnumValues<Enum>[take_subcommand(words, enum_words<Enum>())];
}

// The value of an option that must be given. Throws UsageError.
std::string required(const Parsed& parsed, const std::string& option);
// The value of an option that may be left out.
std::optional<std::string> optional(const Parsed& parsed, const std::string& option);
// The path that an option names, or what H4H ships under `shipped` where it is left out; see
// shipped_file().
std::filesystem::path file_of(const Parsed& parsed, const std::string& option,
                              const std::string& shipped);
// Whether the option stands on the command line.
bool given(const Parsed& parsed, const std::string& option);

// Of an option that may be given several times.
Arguments list_of(const Parsed& parsed, const std::string& option);

// The value of an option that is an integer from `low` to `high`. Throws UsageError.
std::uint64_t whole(const Parsed& parsed, const std::string& option, std::uint64_t low,
                    std::uint64_t high);

// A quantity above 0 in the base unit of its dimension (seconds, joules), if it is given. Throws
// UsageError.
std::optional<double> quantity(const Parsed& parsed, const std::string& option,
                               platforms::Dimension dimension);

// Each runs a command and returns what belongs on stdout. Throws on failure.
std::string simulate(const Arguments& arguments);
std::string explain(const Arguments& arguments);
std::string scenario(const Arguments& arguments);
std::string layers(const Arguments& arguments);
std::string platform(const Arguments& arguments);
std::string network(const Arguments& arguments);
std::string search(const Arguments& arguments);
std::string fronts(const Arguments& arguments);
std::string export_network(const Arguments& arguments);
std::string reproduce(const Arguments& arguments);
std::string validate(const Arguments& arguments);
std::string sweep(const Arguments& arguments);
std::string compare(const Arguments& arguments);
std::string oracle(const Arguments& arguments);
std::string cache(const Arguments& arguments);
std::string train(const Arguments& arguments);
std::string space(const Arguments& arguments);
std::string completion(const Arguments& arguments);

}  // namespace h4h::tools
