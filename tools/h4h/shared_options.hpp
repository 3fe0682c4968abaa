#pragma once

#include <boost/program_options.hpp>

#include "platforms/description/platform.hpp"
#include "tools/h4h/command.hpp"
#include "workloads/import/policy.hpp"

// Options that mean the same in every command that has them; each is defined here, in
// mapping_options.hpp, sampling_options.hpp or results_options.hpp, and nowhere else.
namespace h4h::tools {

using Options = boost::program_options::options_description;

// For completion: platforms and spaces that H4H ships, networks that it builds, and the keys of
// platforms with an = behind them.
Arguments platform_names();
Arguments space_names();
Arguments network_names();
Arguments key_words();

// --platform and --set.
void add_platform_options(Options& options);
// --set alone, where platforms are named without an option.
void add_set_option(Options& options);
platforms::Platform platform_of(const Parsed& parsed);  // throws UsageError, PlatformError

// --network: one, or several.
void add_network_option(Options& options);
void add_networks_option(Options& options);

// How a network file is read: --unsupported refuse|host and --input; or --input alone.
void add_import_options(Options& options);
void add_input_option(Options& options);
workloads::ImportOptions import_options_of(const Parsed& parsed);  // throws UsageError
// --input; nullopt where it is left out. Throws UsageError.
std::optional<std::vector<std::int64_t>> input_of(const Parsed& parsed);

// --space.
void add_space_option(Options& options);

// --out and --resume; `what` is what --out holds: "a sweep".
void add_out_options(Options& options, const std::string& what);

// --seed. Commands that sample or draw start at 1, `h4h space` and `h4h train` at 0.
void add_seed_option(Options& options, std::uint64_t otherwise = 1);
std::uint64_t seed_of(const Parsed& parsed, std::uint64_t high);  // throws UsageError

// How results are written; each command takes some of these.
enum class Format { table, csv, json, dot, yaml };
std::string_view to_string(Format format);
using Formats = std::vector<Format>;

// --format: one of `formats`, the first where it is left out.
void add_format_option(Options& options, const Formats& formats);
Format format_of(const Parsed& parsed, const Formats& formats);  // throws UsageError

// --wide: tables with all columns. Without it they fit a terminal of 80 columns.
void add_wide_option(Options& options);
bool wide(const Parsed& parsed);

}  // namespace h4h::tools
