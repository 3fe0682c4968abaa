#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/h4h/command.hpp"
#include "workloads/import/open.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using workloads::LayerShape;
using workloads::Network;

const char kUsage[] =
    "usage: h4h network list\n"
    "       h4h network show NAME|FILE [--format table|json]\n"
    "list: the built-in networks.\n"
    "show: layers with shapes, MACs and weights, and what became of every other operator.\n";

std::string list() {
  std::string text;
  for (const workloads::CatalogueEntry& entry : workloads::catalogue()) {
    text += fmt::format("{:<14} {}\n", entry.name, entry.description);
  }
  return text;
}

std::string as_table(const Network& network) {
  std::string text = fmt::format("{}: {} layers, {} MACs, {} B of weights as int8\n\n",
                                 network.name, network.layers.size(), workloads::macs(network),
                                 workloads::weight_bytes(network));
  text += fmt::format("{:<40} {:<12} {:>12} {:>12} {:>12} {:>10}\n", "layer", "op", "input",
                      "output", "MACs", "weights");
  for (const workloads::Layer& layer : network.layers) {
    const LayerShape shape = workloads::layer_shape(network, layer);
    text += fmt::format("{:<40} {:<12} {:>12} {:>12} {:>12} {:>10}\n", layer.name.substr(0, 40),
                        op_name(layer.op), to_string(shape.input()), to_string(shape.output),
                        workloads::macs(shape), workloads::weight_bytes(shape));
  }
  for (const workloads::Folded& f : network.folded) {
    text += fmt::format("folded: operator {} {} -> {}\n", f.index, f.op, f.into);
  }
  for (const std::string& remark : network.remarks) text += "note: " + remark + "\n";
  return text;
}

std::string as_json(const Network& network) {
  using Json = nlohmann::ordered_json;
  Json layers = Json::array();
  for (const workloads::Layer& layer : network.layers) {
    const LayerShape shape = workloads::layer_shape(network, layer);
    layers.push_back({{"name", layer.name},
                      {"op", op_name(layer.op)},
                      {"input", to_string(shape.input())},
                      {"output", to_string(shape.output)},
                      {"macs", workloads::macs(shape)},
                      {"weight_bytes", workloads::weight_bytes(shape)}});
  }
  Json folded = Json::array();
  for (const workloads::Folded& f : network.folded) {
    folded.push_back({{"index", f.index}, {"op", f.op}, {"into", f.into}});
  }
  const Json json{{"schema", "h4h.network/1"},
                  {"name", network.name},
                  {"macs", workloads::macs(network)},
                  {"weight_bytes", workloads::weight_bytes(network)},
                  {"layers", layers},
                  {"folded", folded},
                  {"remarks", network.remarks}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string network(const Arguments& arguments) {
  po::options_description options("options");
  options.add_options()("names", po::value<Arguments>(), "what to do, then a network");
  options.add_options()("format",
                        po::value<std::string>()->default_value("table")->value_name("HOW"),
                        "table or json");
  const Parsed parsed = parse(arguments, options, kUsage, "names");
  if (parsed.help) return {};

  const Arguments words =
      parsed.values.count("names") > 0 ? parsed.values["names"].as<Arguments>() : Arguments{};
  if (words.empty()) throw UsageError("h4h network: what to do is missing; one of: list, show");
  const std::size_t verb = one_of("network", words.front(), {"list", "show"});
  const std::size_t format = one_of("format", required(parsed, "format"), {"table", "json"});
  if (verb == 0 && words.size() > 1) throw UsageError("network list takes no argument");
  if (verb == 0) return list();
  if (words.size() != 2) throw UsageError("network show takes one network");
  const Network network = workloads::open_network(words[1]);
  return format == 0 ? as_table(network) : as_json(network);
}

}  // namespace h4h::tools
