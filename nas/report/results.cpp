#include "nas/report/results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nas/report/convergence.hpp"
#include "nas/report/page_assets.hpp"
#include "sim/report/format.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::nas {
namespace {

constexpr const char kSchema[] = "h4h.search/1";

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

SearchSpace search_space(const Space& space, const SearchResult& result) {
  return {space, result.varied};
}

// What --set of the platform gives the chip of a candidate.
Document chip_document(const SearchSpace& space, const Candidate& c) {
  Document settings = Document::object();
  const std::vector<std::string> values = space.chip_values(c.genotype);
  for (std::size_t i = 0; i < values.size(); ++i) settings[space.chips()[i].key] = values[i];
  return settings;
}

Document network_document(const SearchSpace& space, const Candidate& c) {
  Document network{{"genotype", space.networks().document(space.network(c.genotype))},
                   {"accuracy", c.accuracy.value_or(0)},
                   {"latency_s", c.cost.latency_s},
                   {"energy_j", c.cost.energy_j}};
  if (!space.chips().empty()) {
    network["macro_area_mm2"] = c.cost.macro_area_mm2;
    network["settings"] = chip_document(space, c);
  }
  return network;
}

void add_interval(Document& network, const AccuracyInterval& interval) {
  network["accuracy_low"] = interval.low;
  network["accuracy_high"] = interval.high;
}

Document front_document(const Space& space, const SearchResult& result) {
  Document all = Document::array();
  const std::vector<Candidate> members = front(result.problem, result.evaluated);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Document network = network_document(search_space(space, result), members[i]);
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

Document random_document(const Space& space, const SearchResult& result) {
  Document all = Document::array();
  const std::vector<Candidate> members = front(result.problem, result.control);
  for (std::size_t i = 0; i < members.size(); ++i) {
    Document network = network_document(search_space(space, result), members[i]);
    if (!result.random_intervals.empty()) add_interval(network, result.random_intervals.at(i));
    if (has_random_errors(result)) network[kError] = result.random_standard_errors.at(i);
    all.push_back(std::move(network));
  }
  return all;
}

Document looked_at(const std::vector<Candidate>& candidates) {
  const auto within = std::count_if(candidates.begin(), candidates.end(),
                                    [](const Candidate& c) { return c.accuracy.has_value(); });
  return {{"evaluations", candidates.size()}, {"within_budgets", within}};
}

void add_interval_columns(Table& table, const SearchResult& result) {
  if (!by_surrogate(result)) return;
  table.add_column(real_column("accuracy_low"));
  table.add_column(real_column("accuracy_high"));
  table.add_column(text_column("accuracy_by"));
}

Table front_columns(const SearchResult& result) {
  Table table({text_column("genotype"), real_column("accuracy"), real_column("latency_s"),
               real_column("energy_j")});
  if (!result.varied.empty()) table.add_column(real_column("macro_area_mm2"));
  for (const ChipGene& gene : result.varied) table.add_column(text_column(gene.key));
  return table;
}

std::vector<Cell> front_row(const SearchSpace& space, const Candidate& c) {
  std::vector<Cell> row{space.networks().text(space.network(c.genotype)), c.accuracy.value_or(0),
                        c.cost.latency_s, c.cost.energy_j};
  if (!space.chips().empty()) row.emplace_back(c.cost.macro_area_mm2);
  for (std::string& value : space.chip_values(c.genotype)) row.emplace_back(std::move(value));
  return row;
}

void add_interval_cells(std::vector<Cell>& row, const AccuracyInterval& interval) {
  row.insert(row.end(), {interval.low, interval.high, "surrogate"});
}

Document to_document(const RankCorrelation& c) {
  return {{"kendall_tau", c.tau}, {"networks", c.networks}};
}

Document preselection_document(const SearchResult& result) {
  return {{"screen", to_document(screen_correlation(result.evaluated))},
          {"prediction", to_document(prediction_correlation(result.evaluated))}};
}

// Keys and their values, in the order of the command line.
Document varied_document(const SearchResult& result) {
  Document keys = Document::object();
  for (const ChipGene& gene : result.varied) keys[gene.key] = gene.values;
  return keys;
}

// [latency, energy, accuracy] of everything within budgets.
Document points_document(const std::vector<Candidate>& candidates) {
  Document all = Document::array();
  for (const Candidate& c : candidates) {
    if (c.accuracy) {
      all.push_back(Document::array({c.cost.latency_s, c.cost.energy_j, *c.accuracy}));
    }
  }
  return all;
}

}  // namespace

Reference reference(const Space& space, const SearchResult& result) {
  Reference from{1 / static_cast<double>(space.classes()), 0};
  const SearchSpace searched = search_space(space, result);
  const Genotype smallest = searched.on_first_chip(space.canonical(space.min())),
                 largest = searched.on_first_chip(space.canonical(space.max()));
  from.area = 1.1 * result.largest_macro_area_mm2;
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

double hypervolume(const SearchResult& result, const Reference& from,
                   const std::vector<Candidate>& candidates) {
  const std::vector<Worth> all = worths(result.problem, candidates);
  return result.varied.empty() ? hypervolume(all, from.accuracy, from.cost)
                               : hypervolume(all, from.accuracy, from.cost, from.area);
}

Table random_front_table(const Space& space, const SearchResult& result) {
  const bool errors = has_random_errors(result);
  Table table = front_columns(result);
  add_interval_columns(table, result);
  if (errors) table.add_column(real_column(kError));
  const std::vector<Candidate> members = front(result.problem, result.control);
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::vector<Cell> row = front_row(search_space(space, result), members[i]);
    if (!result.random_intervals.empty()) add_interval_cells(row, result.random_intervals.at(i));
    if (errors) row.emplace_back(result.random_standard_errors.at(i));
    table.add_row(std::move(row));
  }
  return sim::with_provenance(std::move(table), kSchema);
}

Table front_table(const Space& space, const SearchResult& result) {
  const bool tested = all_have(result, &NetworkFacts::test_accuracy);
  const bool errors = all_have(result, &NetworkFacts::standard_error);
  const bool test_errors = all_have(result, &NetworkFacts::test_standard_error);
  Table table = front_columns(result);
  if (tested) table.add_column(real_column("test_accuracy"));
  add_interval_columns(table, result);
  if (errors) table.add_column(real_column(kError));
  if (test_errors) table.add_column(real_column(kTestError));
  const std::vector<Candidate> members = front(result.problem, result.evaluated);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const NetworkFacts& facts = result.facts.at(i);
    std::vector<Cell> row = front_row(search_space(space, result), members[i]);
    if (tested) row.emplace_back(facts.test_accuracy);
    if (facts.interval) add_interval_cells(row, *facts.interval);
    if (errors) row.emplace_back(facts.standard_error);
    if (test_errors) row.emplace_back(facts.test_standard_error);
    table.add_row(std::move(row));
  }
  return sim::with_provenance(std::move(table), kSchema);
}

bool by_surrogate(const SearchResult& result) {
  return std::any_of(result.arguments.begin(), result.arguments.end(), [](const auto& argument) {
    return argument.first == "accuracy" && argument.second.rfind("surrogate", 0) == 0;
  });
}

Document search_document(const Space& space, const SearchResult& result) {
  Document arguments = Document::object();
  for (const auto& [name, value] : result.arguments) arguments[name] = value;
  const Reference worst = reference(space, result);
  const auto volume = [&](const std::vector<Candidate>& candidates) {
    return hypervolume(result, worst, candidates);
  };
  const char* const cost =
      result.problem.objective == sim::Objective::latency ? "latency_s" : "energy_j";
  Document json = sim::provenance(kSchema);
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
       {"front", front_document(space, result)},
       {"random_front", random_document(space, result)}});
  if (!result.varied.empty()) {
    json["varied"] = varied_document(result);
    json["reference"]["macro_area_mm2"] = worst.area;
  }
  if (result.preselected) json["preselection"] = preselection_document(result);
  if (!result.accuracy_source.empty()) json["accuracy_source"] = result.accuracy_source;
  if (result.health) json["supernet_health"] = to_document(*result.health);
  return json;
}

std::string format_search_page(const Space& space, const SearchResult& result) {
  Document data{{"search", search_document(space, result)},
                {"convergence", convergence_document(space, result)},
                {"evaluated", points_document(result.evaluated)},
                {"control", points_document(result.control)}};
  return sim::assemble_page(
      {space.name() + " on " + result.platform_name, "H4H search", search_asset("search.html"),
       std::move(data),
       std::string(search_asset("genes.js")) + std::string(search_asset("search.js")),
       result.command});
}

}  // namespace h4h::nas
