#include "nas/report/fronts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/json/json_writer.hpp"
#include "base/text/table_writer.hpp"
#include "nas/report/page_assets.hpp"
#include "nas/report/results.hpp"
#include "nas/search/pareto.hpp"
#include "sim/report/checksum.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

std::vector<std::string> texts_of(const Document& document) {
  std::vector<std::string> texts;
  for (const Document& item : document.items()) texts.push_back(item.text());
  return texts;
}

std::string platform_text(const Document& platform) {
  std::string text = platform.at("name").text();
  for (const std::string& setting : texts_of(platform.at("settings"))) text += ", " + setting;
  return text;
}

double fraction(const Document& network, const char* key) {
  const double number = network.at(key).number();
  if (number >= 0 && number <= 1) return number;
  throw FrontsError(fmt::format("{} must be from 0 to 1, not {}", key, number));
}

// A cost of a network that runs.
double cost_of(const Document& network, const char* key) {
  const double number = network.at(key).number();
  if (number > 0 && std::isfinite(number)) return number;
  throw FrontsError(fmt::format("{} must be above 0, not {}", key, number));
}

std::int64_t count(const Document& network, const char* key) {
  const std::int64_t number = network.at(key).integer();
  if (number > 0) return number;
  throw FrontsError(fmt::format("{} must be above 0, not {}", key, number));
}

FrontNetwork network_of(const Document& json) {
  const auto known = [&](const char* key) {
    return json.contains(key) ? std::optional(fraction(json, key)) : std::nullopt;
  };
  return {fraction(json, "accuracy"),
          cost_of(json, "latency_s"),
          cost_of(json, "energy_j"),
          count(json, "macs"),
          count(json, "parameters"),
          fraction(json, "cim_share"),
          json.at("genotype"),
          known("test_accuracy"),
          known("accuracy_low"),
          known("accuracy_high"),
          known("accuracy_standard_error"),
          known("test_accuracy_standard_error")};
}

// One that a search can have; edp is none.
sim::Objective objective_of(const Document& arguments) {
  const std::string& text = arguments.at("objective").text();
  for (const sim::Objective objective : {sim::Objective::latency, sim::Objective::energy}) {
    if (text == to_string(objective)) return objective;
  }
  throw FrontsError(fmt::format("arguments.objective '{}' is not one of: latency, energy", text));
}

SearchedFront front_of(const Document& json) {
  const Document &arguments = json.at("arguments"), &platform = json.at("platform");
  if (json.contains("varied")) {
    throw FrontsError("the search varied its platform (--vary): its networks run on several chips");
  }
  SearchedFront front{platform_text(platform),
                      platform.at("file").text(),
                      platform.at("hash").text(),
                      texts_of(platform.at("settings")),
                      json.at("space").at("name").text(),
                      json.at("space").at("file").text(),
                      arguments.at("accuracy").text(),
                      arguments.at("space").text(),
                      objective_of(arguments),
                      {}};
  for (const Document& network : json.at("front").items())
    front.networks.push_back(network_of(network));
  if (const Document* const health = json.find("supernet_health")) {
    front.health = health_summary(*health);
  }
  if (front.networks.empty()) throw FrontsError("the front is empty");
  return front;
}

double cost(const SearchedFront& front, const FrontNetwork& network) {
  return front.objective == sim::Objective::energy ? network.energy_j : network.latency_s;
}

Document network_document(const FrontNetwork& n) {
  Document json{{"genotype", n.genotype},  {"accuracy", n.accuracy}, {"latency_s", n.latency_s},
                {"energy_j", n.energy_j},  {"macs", n.macs},         {"parameters", n.parameters},
                {"cim_share", n.cim_share}};
  if (n.test_accuracy) json["test_accuracy"] = *n.test_accuracy;
  if (n.accuracy_low) json["accuracy_low"] = *n.accuracy_low;
  if (n.accuracy_high) json["accuracy_high"] = *n.accuracy_high;
  if (n.standard_error) json["accuracy_standard_error"] = *n.standard_error;
  if (n.test_standard_error) json["test_accuracy_standard_error"] = *n.test_standard_error;
  return json;
}

std::string search_text(const std::filesystem::path& folder, const std::filesystem::path& file) {
  try {
    return read_file(file, kSearchResultLimit);
  } catch (const FileError& error) {
    if (!error.is_missing()) throw FrontsError(error.what());
    throw FrontsError(fmt::format("{}: no search.json; pass the --out directory of 'h4h search'",
                                  folder.string()));
  }
}

}  // namespace

SearchedFront read_front(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "search.json";
  const std::string text = search_text(folder, file);
  try {
    return front_of(sim::parse_json_with_checksum(text));
  } catch (const sim::ChecksumError& error) {
    throw FrontsError(
        fmt::format("{}: {}; search again in another directory", file.string(), error.what()));
  } catch (const DocumentError& error) {
    throw FrontsError(fmt::format("{}: {}", file.string(), error.what()));
  } catch (const FrontsError& error) {
    throw FrontsError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::vector<FrontNetwork> all_networks(const std::vector<SearchedFront>& fronts) {
  std::map<std::string, FrontNetwork> all;
  for (const SearchedFront& front : fronts) {
    for (const FrontNetwork& network : front.networks)
      all.emplace(write_json(network.genotype), network);
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
      throw FrontsError(fmt::format("searches for {} and for {}", to_string(first.objective),
                                    to_string(front.objective)));
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
  const auto real = [](const char* name, const char* format) {
    return real_column(name).with_format(format);
  };
  Table table({text_column("platform"), real("at least", ".4f"),
               real("accuracy", ".4f").with_empty("none"), real("latency ms", ".4f"),
               real("energy uJ", ".3f"), real("MMAC", ".2f").with_width(5),
               real("on macros %", ".1f")});
  for (const SearchedFront& front : fronts) {
    for (const double accuracy : accuracies) {
      std::vector<Cell> row{front.platform, accuracy};
      if (const FrontNetwork* const n = cheapest(front, accuracy)) {
        row.insert(row.end(), {n->accuracy, 1e3 * n->latency_s, 1e6 * n->energy_j,
                               1e-6 * static_cast<double>(n->macs), 100 * n->cim_share});
      }
      row.resize(table.columns().size());  // where no network is as accurate
      table.add_row(std::move(row));
    }
  }
  std::string text = write_text(table);
  if (fronts.front().accuracy.rfind("surrogate", 0) == 0) {
    text += "accuracies are estimates of the surrogate: nothing was trained\n";
  }
  return text;
}

Document fronts_document(const std::vector<SearchedFront>& fronts,
                         const std::vector<double>& accuracies) {
  Document all = Document::array();
  for (const SearchedFront& front : fronts) {
    Document networks = Document::array(), at = Document::array();
    for (const FrontNetwork& network : front.networks)
      networks.push_back(network_document(network));
    for (const double accuracy : accuracies) {
      const FrontNetwork* const network = cheapest(front, accuracy);
      at.push_back({{"at_least", accuracy},
                    {"network", network == nullptr ? Document() : network_document(*network)}});
    }
    all.push_back({{"platform", front.platform}, {"front", networks}, {"cheapest", at}});
  }
  Document json = sim::provenance("h4h.fronts/1");
  json.update({{"space", fronts.front().space},
               {"accuracy", fronts.front().accuracy},
               {"objective", to_string(fronts.front().objective)},
               {"fronts", all}});
  // Comparable fronts are of the same accuracies, and so of the same supernet.
  if (fronts.front().health) json["supernet_health"] = to_document(*fronts.front().health);
  return json;
}

std::string format_fronts_page(const std::vector<SearchedFront>& fronts,
                               const std::vector<double>& accuracies, const std::string& command) {
  return sim::assemble_page(
      {fronts.front().space + " on several platforms", "H4H search", search_asset("fronts.html"),
       fronts_document(fronts, accuracies),
       std::string(search_asset("genes.js")) + std::string(search_asset("fronts.js")), command});
}

}  // namespace h4h::nas
