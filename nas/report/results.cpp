#include "nas/report/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/csv/csv_writer.hpp"
#include "nas/report/page_assets.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char kSchema[] = "h4h.search/1";
constexpr const char kColumns[] = "genotype,accuracy,latency_s,energy_j";

constexpr const char kError[] = "accuracy_standard_error",
                     kTestError[] = "test_accuracy_standard_error";

bool has_random_errors(const SearchResult& result) {
  return !result.random_standard_errors.empty();
}

// Whether every network of the front has the value of this name.
template <typename Value>
bool all_have(const SearchResult& result, std::optional<Value> NetworkFacts::*value) {
  return !result.facts.empty() &&
         std::all_of(result.facts.begin(), result.facts.end(),
                     [&](const NetworkFacts& facts) { return (facts.*value).has_value(); });
}

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json network_json(const Space& space, const Candidate& c) {
  return {{"genotype", Json::parse(space.text(c.genotype))},
          {"accuracy", c.accuracy.value_or(0)},
          {"latency_s", c.cost.latency_s},
          {"energy_j", c.cost.energy_j}};
}

void add_interval(Json& network, const AccuracyInterval& interval) {
  network["accuracy_low"] = interval.low;
  network["accuracy_high"] = interval.high;
}

Json front_json(const Space& space, const SearchResult& result) {
  Json all = Json::array();
  const std::vector<Candidate> members = front(result.problem, result.evaluated);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json network = network_json(space, members[i]);
    const NetworkFacts& facts = result.facts.at(i);
    network["macs"] = facts.macs;
    network["parameters"] = facts.parameters;
    network["cim_share"] = facts.cim_share;
    if (facts.test_accuracy) network["test_accuracy"] = *facts.test_accuracy;
    if (facts.interval) add_interval(network, *facts.interval);
    if (facts.standard_error) network[kError] = *facts.standard_error;
    if (facts.test_standard_error) network[kTestError] = *facts.test_standard_error;
    all.push_back(std::move(network));
  }
  return all;
}

Json random_json(const Space& space, const SearchResult& result) {
  Json all = Json::array();
  const std::vector<Candidate> members = front(result.problem, result.control);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Json network = network_json(space, members[i]);
    if (!result.random_intervals.empty()) add_interval(network, result.random_intervals.at(i));
    if (has_random_errors(result)) network[kError] = result.random_standard_errors.at(i);
    all.push_back(std::move(network));
  }
  return all;
}

Json looked_at(const std::vector<Candidate>& candidates) {
  const auto within = std::count_if(candidates.begin(), candidates.end(),
                                    [](const Candidate& c) { return c.accuracy.has_value(); });
  return {{"evaluations", candidates.size()}, {"within_budgets", within}};
}

Json search_json(const Space& space, const SearchResult& result) {
  Json arguments = Json::object();
  for (const auto& [name, value] : result.arguments) arguments[name] = value;
  const Reference worst = reference(space, result);
  const auto volume = [&](const std::vector<Candidate>& candidates) {
    return hypervolume(worths(result.problem, candidates), worst.accuracy, worst.cost);
  };
  const char* const cost =
      result.problem.objective == sim::Objective::latency ? "latency_s" : "energy_j";
  Json json = sim::provenance_json(kSchema);
  json.update(
      {{"arguments", arguments},
       {"space",
        {{"file", result.space_file}, {"name", space.name()}, {"log10_size", space.log10_size()}}},
       {"platform",
        {{"file", result.platform_file},
         {"name", result.platform_name},
         {"hash", result.platform_hash},
         {"settings", result.platform_settings}}},
       {"evaluations", result.evaluated.size()},
       {"searched", looked_at(result.evaluated)},
       {"random", looked_at(result.control)},
       {"reference", {{"accuracy", worst.accuracy}, {cost, worst.cost}}},
       {"hypervolume", {{"front", volume(result.evaluated)}, {"random", volume(result.control)}}},
       {"front", front_json(space, result)},
       {"random_front", random_json(space, result)}});
  if (result.health) json["supernet_health"] = to_json(*result.health);
  return json;
}

std::string front_row(const Space& space, const Candidate& c) {
  return fmt::format("{},{},{},{}", csv_field(space.text(c.genotype)), c.accuracy.value_or(0),
                     c.cost.latency_s, c.cost.energy_j);
}

std::string interval_columns(const SearchResult& result) {
  return by_surrogate(result) ? ",accuracy_low,accuracy_high,accuracy_by" : "";
}

std::string column(bool there, const char* name) { return there ? fmt::format(",{}", name) : ""; }

std::string interval_text(const AccuracyInterval& interval) {
  return fmt::format(",{},{},surrogate", interval.low, interval.high);
}

// [latency, energy, accuracy] of everything within budgets.
Json points_json(const std::vector<Candidate>& candidates) {
  Json all = Json::array();
  for (const Candidate& c : candidates) {
    if (c.accuracy) all.push_back({c.cost.latency_s, c.cost.energy_j, *c.accuracy});
  }
  return all;
}

}  // namespace

Reference reference(const Space& space, const SearchResult& result) {
  Reference from{1 / static_cast<double>(space.classes()), 0};
  const Genotype smallest = space.canonical(space.min()), largest = space.canonical(space.max());
  bool largest_runs = false;
  for (const Candidate& c : result.evaluated) {
    const double cost = result.problem.cost(c.cost);
    if (c.accuracy && !largest_runs) from.cost = std::max(from.cost, cost);
    if (c.genotype == smallest) from.accuracy = c.accuracy.value_or(from.accuracy);
    if (c.genotype == largest && !c.cost.infeasible) {
      from.cost = cost;
      largest_runs = true;
    }
  }
  return from;
}

std::string format_random_front(const Space& space, const SearchResult& result) {
  const bool errors = has_random_errors(result);
  std::string text = kColumns + interval_columns(result) + column(errors, kError) +
                     sim::provenance_header() + "\n";
  const std::vector<Candidate> members = front(result.problem, result.control);
  for (std::size_t i = 0; i < members.size(); ++i) {
    text += front_row(space, members[i]);
    if (!result.random_intervals.empty()) text += interval_text(result.random_intervals.at(i));
    if (errors) text += fmt::format(",{}", result.random_standard_errors.at(i));
    text += sim::provenance_row(kSchema) + "\n";
  }
  return text;
}

std::string format_front(const Space& space, const SearchResult& result) {
  const bool tested = all_have(result, &NetworkFacts::test_accuracy);
  const bool errors = all_have(result, &NetworkFacts::standard_error);
  const bool test_errors = all_have(result, &NetworkFacts::test_standard_error);
  std::string text = kColumns + column(tested, "test_accuracy") + interval_columns(result) +
                     column(errors, kError) + column(test_errors, kTestError) +
                     sim::provenance_header() + "\n";
  const std::vector<Candidate> members = front(result.problem, result.evaluated);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const NetworkFacts& facts = result.facts.at(i);
    text += front_row(space, members[i]);
    if (tested) text += fmt::format(",{}", facts.test_accuracy.value());
    if (facts.interval) text += interval_text(*facts.interval);
    if (errors) text += fmt::format(",{}", *facts.standard_error);
    if (test_errors) text += fmt::format(",{}", *facts.test_standard_error);
    text += sim::provenance_row(kSchema) + "\n";
  }
  return text;
}

bool by_surrogate(const SearchResult& result) {
  return std::any_of(result.arguments.begin(), result.arguments.end(), [](const auto& argument) {
    return argument.first == "accuracy" && argument.second.rfind("surrogate", 0) == 0;
  });
}

std::string format_search(const Space& space, const SearchResult& result) {
  return dump(search_json(space, result), 2);
}

std::string format_search_page(const Space& space, const SearchResult& result) {
  const Json data{{"search", search_json(space, result)},
                  {"evaluated", points_json(result.evaluated)},
                  {"control", points_json(result.control)}};
  return sim::assemble_page(
      {space.name() + " on " + result.platform_name, "H4H search", search_asset("search.html"),
       dump(data, -1),
       std::string(search_asset("genes.js")) + std::string(search_asset("search.js"))});
}

}  // namespace h4h::nas
