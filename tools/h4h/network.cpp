#include <fmt/format.h>

#include "nas/space/open_network.hpp"
#include "tools/h4h/network_text.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/shared_options.hpp"
#include "workloads/export/yaml.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using workloads::ImportOptions;
using workloads::Network;

const char kUsage[] =
    "usage: h4h network list [--format table|json]\n"
    "       h4h network show NAME|FILE [--format table|json|csv|dot|yaml] [--wide] "
    "[--unsupported refuse|host]\n"
    "       h4h network check NAME|FILE... [--unsupported refuse|host]\n"
    "       h4h network operators [--format table|json]\n"
    "list: the built-in networks and the parameters that may follow their names.\n"
    "show: layers with shapes, MACs and weights, and the operators that were folded or are not "
    "supported; dot: a graph for Graphviz; yaml: a network file to edit and pass to "
    "--network.\n"
    "check: reads every network and reports all errors.\n"
    "operators: the operators of TFLite and ONNX files that are read, and what they become.\n"
    "FILE: .tflite, .onnx, .yaml or .yml; or a network of a search space: SPACE.yaml#NETWORK, "
    "where "
    "NETWORK "
    "is min, mid, max (optionally with @RESOLUTION) or a genotype; or RUN#ROW, a row of the "
    "front.csv of an `h4h search`, from 1.\n";

enum class Verb { list, show, check, operators };
constexpr std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::list:
      return "list";
    case Verb::show:
      return "show";
    case Verb::check:
      return "check";
    case Verb::operators:
      return "operators";
  }
  return {};
}

std::string operators(const Arguments& names, const Parsed& parsed) {
  if (!names.empty()) throw UsageError("network operators takes no argument");
  const bool json = format_of(parsed, {Format::table, Format::json}) == Format::json;
  const auto read = workloads::operators_read();
  return json ? operators_json(read) : operators_table(read);
}

std::string list(const Arguments& names, const Parsed& parsed) {
  if (!names.empty()) throw UsageError("network list takes no argument");
  const bool json = format_of(parsed, {Format::table, Format::json}) == Format::json;
  return json ? catalogue_json(workloads::catalogue()) : catalogue_table(workloads::catalogue());
}

std::string text_of(const Network& network, Format format, bool wide) {
  switch (format) {
    case Format::table:
      return network_table(network, wide);
    case Format::csv:
      return network_csv(network);
    case Format::json:
      return network_json(network);
    case Format::dot:
      return network_dot(network);
    case Format::yaml:
      return workloads::to_yaml(network);
  }
  return {};
}

std::string show(const Arguments& names, const Parsed& parsed, const ImportOptions& options) {
  const Format format =
      format_of(parsed, {Format::table, Format::json, Format::csv, Format::dot, Format::yaml});
  if (wide(parsed) && format != Format::table) throw UsageError("--wide needs --format table");
  if (names.size() != 1) throw UsageError("show requires one network");
  return text_of(nas::open_network(names.front(), options), format, wide(parsed));
}

std::string verdict(const std::string& name, const Network& network) {
  const std::string host =
      network.unsupported.empty()
          ? ""
          : fmt::format("; not costed: {}", host_macs_text(network.unsupported, macs(network)));
  const std::size_t layers = network.layers.size();
  return fmt::format("{}: ok, {} layer{}, {} MACs{}\n", name, layers, layers == 1 ? "" : "s",
                     workloads::macs(network), host);
}

std::string check(const Arguments& names, const ImportOptions& options) {
  if (names.empty()) throw UsageError("check requires a network");
  std::string text;
  bool wrong = false;
  for (const std::string& name : names) {
    try {
      text += verdict(name, nas::open_network(name, options));
    } catch (const workloads::NetworkError& error) {
      wrong = true;
      text += std::string(error.what()) + "\n";
    }
  }
  if (!wrong) return text;
  text.pop_back();
  throw workloads::NetworkError(text);
}

void refuse_option(const std::string& verb, const Parsed& parsed, const char* option,
                   const char* others) {
  if (!given(parsed, option)) return;
  throw UsageError(fmt::format("network {} takes no --{}; {}", verb, option, others));
}

}  // namespace

std::string network(const Arguments& arguments) {
  Options options("options");
  options.add_options()(
      "format",
      choice(Arguments{"table", "json", "csv", "dot", "yaml"})
          ->default_value("table")
          ->value_name("FORMAT"),
      "output format: list, operators: table or json; show: table, json, csv, dot or yaml");
  add_wide_option(options);
  add_import_options(options);
  const Parsed parsed =
      parse(arguments, options, kUsage, {kArguments, enum_words<Verb>(), "FILE", network_names});
  if (parsed.help) return {};

  Arguments words = list_of(parsed, kArguments);
  const Verb what = take_subcommand<Verb>(words);
  const std::string verb(to_string(what));
  const ImportOptions import = import_options_of(parsed);
  if (what == Verb::show) return show(words, parsed, import);
  refuse_option(verb, parsed, "wide", "network show does");
  if (what == Verb::check) {
    refuse_option(verb, parsed, "format", "network list, show and operators do");
    return check(words, import);
  }
  refuse_option(verb, parsed, "unsupported", "network show and check do");
  refuse_option(verb, parsed, "input", "network show and check do");
  return what == Verb::list ? list(words, parsed) : operators(words, parsed);
}

}  // namespace h4h::tools
