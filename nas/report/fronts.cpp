#include "nas/report/fronts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "nas/report/page_assets.hpp"
#include "nas/search/pareto.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

using Json = nlohmann::ordered_json;

std::string platform_text(const Json& platform) {
  std::string text = platform.at("name").get<std::string>();
  for (const Json& setting : platform.at("settings")) text += ", " + setting.get<std::string>();
  return text;
}

FrontNetwork network_of(const Json& json) {
  const auto known = [&](const char* key) {
    return json.contains(key) ? std::optional(json[key].get<double>()) : std::nullopt;
  };
  return {json.at("accuracy").get<double>(),
          json.at("latency_s").get<double>(),
          json.at("energy_j").get<double>(),
          json.at("macs").get<std::int64_t>(),
          json.at("parameters").get<std::int64_t>(),
          json.at("cim_share").get<double>(),
          json.at("genotype").dump(),
          known("test_accuracy"),
          known("accuracy_low"),
          known("accuracy_high"),
          known("accuracy_standard_error"),
          known("test_accuracy_standard_error")};
}

double cost(const SearchedFront& front, const FrontNetwork& network) {
  return front.objective == "energy" ? network.energy_j : network.latency_s;
}

Json network_json(const FrontNetwork& n) {
  Json json{{"genotype", Json::parse(n.genotype)},
            {"accuracy", n.accuracy},
            {"latency_s", n.latency_s},
            {"energy_j", n.energy_j},
            {"macs", n.macs},
            {"parameters", n.parameters},
            {"cim_share", n.cim_share}};
  if (n.test_accuracy) json["test_accuracy"] = *n.test_accuracy;
  if (n.accuracy_low) json["accuracy_low"] = *n.accuracy_low;
  if (n.accuracy_high) json["accuracy_high"] = *n.accuracy_high;
  if (n.standard_error) json["accuracy_standard_error"] = *n.standard_error;
  if (n.test_standard_error) json["test_accuracy_standard_error"] = *n.test_standard_error;
  return json;
}

Json fronts_json(const std::vector<SearchedFront>& fronts, const std::vector<double>& accuracies) {
  Json all = Json::array();
  for (const SearchedFront& front : fronts) {
    Json networks = Json::array(), at = Json::array();
    for (const FrontNetwork& network : front.networks) networks.push_back(network_json(network));
    for (const double accuracy : accuracies) {
      const FrontNetwork* const network = cheapest(front, accuracy);
      at.push_back({{"at_least", accuracy},
                    {"network", network == nullptr ? Json() : network_json(*network)}});
    }
    all.push_back({{"platform", front.platform}, {"front", networks}, {"cheapest", at}});
  }
  Json json = sim::provenance_json("h4h.fronts/1");
  json.update({{"space", fronts.front().space},
               {"accuracy", fronts.front().accuracy},
               {"objective", fronts.front().objective},
               {"fronts", all}});
  // Comparable fronts are of the same accuracies, and so of the same supernet.
  if (fronts.front().health) json["supernet_health"] = to_json(*fronts.front().health);
  return json;
}

}  // namespace

SearchedFront read_front(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "search.json";
  std::ifstream stream(file);
  if (!stream) throw FrontsError(fmt::format("{}: no search.json of a search", folder.string()));
  try {
    const Json json = Json::parse(stream);
    const Json& arguments = json.at("arguments");
    const Json& platform = json.at("platform");
    SearchedFront front{platform_text(platform),
                        platform.at("file").get<std::string>(),
                        platform.at("hash").get<std::string>(),
                        platform.at("settings").get<std::vector<std::string>>(),
                        json.at("space").at("name").get<std::string>(),
                        json.at("space").at("file").get<std::string>(),
                        arguments.at("accuracy").get<std::string>(),
                        arguments.at("space").get<std::string>(),
                        arguments.at("objective").get<std::string>(),
                        {}};
    for (const Json& network : json.at("front")) front.networks.push_back(network_of(network));
    if (json.contains("supernet_health")) front.health = health_summary(json["supernet_health"]);
    if (front.networks.empty()) throw FrontsError("the front is empty");
    return front;
  } catch (const Json::exception& error) {
    throw FrontsError(fmt::format("{}: {}", file.string(), error.what()));
  } catch (const FrontsError& error) {
    throw FrontsError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::vector<FrontNetwork> all_networks(const std::vector<SearchedFront>& fronts) {
  std::map<std::string, FrontNetwork> all;
  for (const SearchedFront& front : fronts) {
    for (const FrontNetwork& network : front.networks) all.emplace(network.genotype, network);
  }
  std::vector<FrontNetwork> networks;
  for (auto& [genotype, network] : all) networks.push_back(std::move(network));
  return networks;
}

void replace_front(SearchedFront& front, std::vector<FrontNetwork> networks) {
  std::vector<Worth> worths;
  for (const FrontNetwork& network : networks) {
    worths.push_back({0, network.accuracy, cost(front, network)});
  }
  front.networks.clear();
  for (const std::size_t i : nas::front(worths)) front.networks.push_back(std::move(networks[i]));
}

void check_comparable(const std::vector<SearchedFront>& fronts) {
  for (const SearchedFront& front : fronts) {
    const SearchedFront& first = fronts.front();
    if (front.space_identity != first.space_identity) {
      throw FrontsError(
          fmt::format("searches of {} and of {}", first.space_identity, front.space_identity));
    }
    if (front.accuracy != first.accuracy) {
      throw FrontsError(fmt::format("accuracies by {} and by {}", first.accuracy, front.accuracy));
    }
    if (front.objective != first.objective) {
      throw FrontsError(
          fmt::format("searches for {} and for {}", first.objective, front.objective));
    }
  }
}

std::vector<double> common_accuracies(const std::vector<SearchedFront>& fronts) {
  double high = 1, low = 0;
  for (const SearchedFront& front : fronts) {
    const auto [least, most] = std::minmax_element(
        front.networks.begin(), front.networks.end(),
        [](const FrontNetwork& a, const FrontNetwork& b) { return a.accuracy < b.accuracy; });
    high = std::min(high, most->accuracy);
    low = std::max(low, least->accuracy);
  }
  if (low >= high) return {high};
  return {(low + high) / 2, high};
}

const FrontNetwork* cheapest(const SearchedFront& front, double accuracy) {
  const FrontNetwork* best = nullptr;
  for (const FrontNetwork& network : front.networks) {
    if (network.accuracy < accuracy) continue;
    if (best == nullptr || cost(front, network) < cost(front, *best)) best = &network;
  }
  return best;
}

std::string format_fronts_table(const std::vector<SearchedFront>& fronts,
                                const std::vector<double>& accuracies) {
  std::size_t width = 8;
  for (const SearchedFront& front : fronts) width = std::max(width, front.platform.size());
  std::string text = fmt::format(
      "{:<{}}  at least  accuracy  latency ms  energy uJ   MMAC  on macros %\n", "platform", width);
  for (const SearchedFront& front : fronts) {
    for (const double accuracy : accuracies) {
      const FrontNetwork* const n = cheapest(front, accuracy);
      if (n == nullptr) {
        text += fmt::format("{:<{}}  {:8.4f}  none\n", front.platform, width, accuracy);
        continue;
      }
      text +=
          fmt::format("{:<{}}  {:8.4f}  {:8.4f}  {:10.4f}  {:9.3f}  {:5.2f}  {:11.1f}\n",
                      front.platform, width, accuracy, n->accuracy, 1e3 * n->latency_s,
                      1e6 * n->energy_j, 1e-6 * static_cast<double>(n->macs), 100 * n->cim_share);
    }
  }
  if (fronts.front().accuracy.rfind("surrogate", 0) == 0) {
    text += "accuracies are of the surrogate: estimates, nothing was trained\n";
  }
  return text;
}

std::string format_fronts_json(const std::vector<SearchedFront>& fronts,
                               const std::vector<double>& accuracies) {
  return fronts_json(fronts, accuracies).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string format_fronts_page(const std::vector<SearchedFront>& fronts,
                               const std::vector<double>& accuracies) {
  const Json data = fronts_json(fronts, accuracies);
  return sim::assemble_page(
      {fronts.front().space + " on several platforms", "H4H search", search_asset("fronts.html"),
       data.dump(-1, ' ', false, Json::error_handler_t::replace),
       std::string(search_asset("genes.js")) + std::string(search_asset("fronts.js"))});
}

}  // namespace h4h::nas
