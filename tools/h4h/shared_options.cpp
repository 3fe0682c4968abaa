#include "tools/h4h/shared_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/program_files.hpp"
#include "base/text/number.hpp"
#include "platforms/description/keys.hpp"
#include "platforms/description/loader.hpp"
#include "tools/h4h/option_table.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr const char kNetwork[] =
    "a .tflite, .onnx or .yaml file, a built-in network (`h4h network list`), a network of a "
    "search space (SPACE.yaml#NETWORK, where NETWORK is min, mid, max, optionally with "
    "@RESOLUTION, or a genotype), or a row of a search's front (RUN#ROW, from 1)";

// "table, csv or json"
std::string alternatives(const Arguments& names) {
  if (names.size() == 1) return names.front();
  return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

void add(Options& options, const char* name, const po::value_semantic* value,
         const std::string& text) {
  options.add_options()(name, value, text.c_str());
}

po::typed_value<std::string>* text_value(const char* name) {
  return po::value<std::string>()->value_name(name);
}

}  // namespace

Arguments platform_names() { return shipped_names("platforms"); }
Arguments network_names() {
  Arguments names;
  for (const workloads::CatalogueEntry& entry : workloads::catalogue()) names.push_back(entry.name);
  return names;
}
Arguments key_words() {
  Arguments words;
  for (const platforms::Key& key : platforms::keys()) words.push_back(std::string(key.path) + "=");
  return words;
}

void add_platform_options(Options& options) {
  add(options, "platform", choice(platform_names)->value_name("FILE"),
      "platform file (YAML), or the name of a shipped one");
  add_set_option(options);
}

void add_set_option(Options& options) {
  add(options, "set", choices(key_words)->value_name("KEY=VALUE"),
      "replace a platform value; may be repeated");
}

platforms::Platform platform_of(const Parsed& parsed) {
  return platforms::load_platform(required(parsed, "platform"), list_of(parsed, "set"));
}

void add_network_option(Options& options) {
  add(options, "network", choice(network_names)->value_name("NAME|FILE"), kNetwork);
}

void add_networks_option(Options& options) {
  add(options, "network", choices(network_names)->value_name("NAME|FILE"),
      std::string(kNetwork) + "; may be repeated");
}

void add_input_option(Options& options) {
  add(options, "input", text_value("SHAPE"),
      "shape of the input of a file that leaves some of it open, in the file's order of axes, such "
      "as 1x32x32x3");
}

std::optional<std::vector<std::int64_t>> input_of(const Parsed& parsed) {
  const std::optional<std::string> given = optional(parsed, "input");
  if (!given) return std::nullopt;
  constexpr std::int64_t kMostSide = 65536;
  std::vector<std::int64_t> sides;
  for (std::string_view rest = *given; !rest.empty() || sides.empty();) {
    const std::size_t end = std::min(rest.find('x'), rest.size());
    const auto side = parse_number<std::int64_t>(rest.substr(0, end));
    const bool open = end + 1 == rest.size();  // ends in an x
    if (!side || *side < 1 || *side > kMostSide || open) {
      throw UsageError(fmt::format(
          "--input '{}' is not a shape: sizes of 1 to {} with an x between them, such as 1x32x32x3",
          *given, kMostSide));
    }
    sides.push_back(*side);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return sides;
}

void add_import_options(Options& options) {
  add(options, "unsupported",
      choice(enum_words<workloads::UnsupportedPolicy>())
          ->value_name("ACTION")
          ->default_value("refuse"),
      "operators that H4H cannot model: refuse the network, or leave them to the host and list "
      "them as not costed (refuse or host)");
  add_input_option(options);
}

workloads::ImportOptions import_options_of(const Parsed& parsed) {
  return {enum_of<workloads::UnsupportedPolicy>("unsupported", required(parsed, "unsupported")),
          input_of(parsed)};
}

Arguments space_names() { return shipped_names("spaces"); }

void add_space_option(Options& options) {
  add(options, "space", choice(space_names)->value_name("FILE"),
      "search space (YAML), or the name of a shipped one, such as h4h-32");
}

void add_out_options(Options& options, const std::string& what) {
  add(options, "out", text_value("DIR"), "directory of the results");
  add(options, "resume", po::bool_switch(),
      fmt::format("fail unless --out holds {} to resume (resuming is automatic)", what));
}

void add_seed_option(Options& options, std::uint64_t otherwise) {
  add(options, "seed", text_value("N")->default_value(fmt::to_string(otherwise)), "random seed");
}

std::uint64_t seed_of(const Parsed& parsed, std::uint64_t high) {
  return whole(parsed, "seed", 0, high);
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

void add_format_option(Options& options, const Formats& formats) {
  Arguments names;
  for (const Format format : formats) names.emplace_back(to_string(format));
  add(options, "format", choice(names)->value_name("FORMAT")->default_value(names.front()),
      "output format: " + alternatives(names));
}

Format format_of(const Parsed& parsed, const Formats& formats) {
  return enum_of("format", required(parsed, "format"), formats);
}

void add_wide_option(Options& options) {
  add(options, "wide", po::bool_switch(),
      "table with all columns; without it, at most 80 characters wide");
}

bool wide(const Parsed& parsed) { return parsed.values["wide"].as<bool>(); }

}  // namespace h4h::tools
