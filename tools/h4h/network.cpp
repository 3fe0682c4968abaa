#include <fmt/format.h>

#include "nas/space/open_network.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/network_text.hpp"
#include "workloads/export/yaml.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using workloads::Network;
using workloads::UnsupportedPolicy;

const char kUsage[] =
    "usage: h4h network list [--format table|json]\n"
    "       h4h network show NAME|FILE [--format table|json|csv|dot|yaml] [--unsupported "
    "refuse|host]\n"
    "       h4h network check NAME|FILE... [--unsupported refuse|host]\n"
    "list: the built-in networks and the parameters that may follow their names.\n"
    "show: layers with shapes, MACs and weights, and what became of every other operator of the\n"
    "      file; dot: a graph for Graphviz; yaml: a network file to edit and to give to "
    "--network.\n"
    "check: says of every network whether it is right, and everything that is wrong with it.\n"
    "FILE: .tflite, .yaml or .yml; or SPACE.yaml#min|mid|max[@RESOLUTION], a network of a space.\n";

enum class Verb { list, show, check };
constexpr std::string_view to_string(Verb verb) {
  switch (verb) {
    case Verb::list:
      return "list";
    case Verb::show:
      return "show";
    case Verb::check:
      return "check";
  }
  return {};
}

std::string list(const Arguments& names, const Parsed& parsed) {
  if (!names.empty()) throw UsageError("network list takes no argument");
  const bool json = format_of(parsed, {Format::table, Format::json}) == Format::json;
  return json ? catalogue_json(workloads::catalogue()) : catalogue_table(workloads::catalogue());
}

std::string text_of(const Network& network, Format format) {
  switch (format) {
    case Format::table:
      return network_table(network);
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

std::string show(const Arguments& names, const Parsed& parsed, UnsupportedPolicy policy) {
  const Format format =
      format_of(parsed, {Format::table, Format::json, Format::csv, Format::dot, Format::yaml});
  if (names.size() != 1) throw UsageError("network show takes one network");
  return text_of(nas::open_network(names.front(), policy), format);
}

std::string verdict(const std::string& name, const Network& network) {
  const std::string host = network.unsupported.empty()
                               ? ""
                               : fmt::format(", {} left to the host", network.unsupported.size());
  return fmt::format("{}: ok, {} layers, {} MACs{}\n", name, network.layers.size(),
                     workloads::macs(network), host);
}

std::string check(const Arguments& names, UnsupportedPolicy policy) {
  if (names.empty()) throw UsageError("a network is missing");
  std::string text;
  bool wrong = false;
  for (const std::string& name : names) {
    try {
      text += verdict(name, nas::open_network(name, policy));
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
  if (parsed.values[option].defaulted()) return;
  throw UsageError(fmt::format("network {} takes no --{}; {}", verb, option, others));
}

}  // namespace

std::string network(const Arguments& arguments) {
  po::options_description options("options");
  // clang-format off
  options.add_options()
      ("names", po::value<Arguments>(), "what to do, then networks")
      ("format", po::value<std::string>()->default_value("table")->value_name("HOW"), "list: table or json; show: table, json, csv, dot or yaml")
      ("unsupported", po::value<std::string>()->default_value("refuse")->value_name("WHAT"), "operators that no layer stands for: refuse, or leave them to the host and list them as not costed");
  // clang-format on
  const Parsed parsed = parse(arguments, options, kUsage, "names");
  if (parsed.help) return {};

  Arguments words =
      parsed.values.count("names") > 0 ? parsed.values["names"].as<Arguments>() : Arguments{};
  if (words.empty()) {
    throw UsageError(fmt::format("h4h network: what to do is missing; one of: {}",
                                 fmt::join(enum_words<Verb>(), ", ")));
  }
  const std::string verb = words.front();
  words.erase(words.begin());
  const Verb what = enum_of<Verb>("network", verb);
  const auto policy = enum_of<UnsupportedPolicy>("unsupported", required(parsed, "unsupported"));
  if (what == Verb::show) return show(words, parsed, policy);
  if (what == Verb::list) {
    refuse_option(verb, parsed, "unsupported", "network show and check do");
    return list(words, parsed);
  }
  refuse_option(verb, parsed, "format", "network list and show do");
  return check(words, policy);
}

}  // namespace h4h::tools
