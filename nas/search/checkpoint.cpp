#include "nas/search/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "base/json/json_parser.hpp"
#include "sim/report/checksum.hpp"

namespace h4h::nas {
namespace {

constexpr std::string_view kSchema = "h4h.search.checkpoint/3";
// Without a checksum; the first of them of networks of version 1.
constexpr std::string_view kUnversioned = "h4h.search.checkpoint/1";
constexpr std::string_view kUnchecked = "h4h.search.checkpoint/2";

std::optional<double> number_of(const Document& json) {
  return json.is_null() ? std::nullopt : std::optional(json.number());
}

std::optional<std::string> text_of(const Document& json) {
  return json.is_null() ? std::nullopt : std::optional(json.text());
}

// A choice above the range of genotypes comes out as one that no gene has.
Genotype genotype_of(const Document& json) {
  Genotype genotype;
  for (const Document& choice : json.items()) {
    const std::uint64_t most = std::numeric_limits<Genotype::value_type>::max();
    genotype.push_back(
        static_cast<Genotype::value_type>(std::min(choice.unsigned_integer(), most)));
  }
  return genotype;
}

std::vector<std::size_t> indices_of(const Document& json) {
  std::vector<std::size_t> indices;
  for (const Document& index : json.items()) indices.push_back(index.unsigned_integer());
  return indices;
}

Document candidates_document(const std::vector<Candidate>& candidates) {
  const bool preselected =
      std::any_of(candidates.begin(), candidates.end(),
                  [](const Candidate& c) { return c.screened || c.predicted; });
  Document all = Document::array();
  for (const Candidate& c : candidates) {
    Document one = Document::array({c.genotype, c.cost.latency_s, c.cost.energy_j, c.cost.area_mm2,
                                    c.cost.infeasible, c.accuracy});
    if (c.cost.macro_area_mm2) one.push_back(*c.cost.macro_area_mm2);
    for (const auto& accuracy : {c.screened, c.predicted}) {
      if (preselected) one.push_back(accuracy);
    }
    all.push_back(std::move(one));
  }
  return all;
}

// What no search has: DocumentError.
void check_genotype(const Genotype& genotype, const SearchSpace& space) {
  bool fits = genotype.size() == space.genes();
  for (std::size_t i = 0; fits && i < genotype.size(); ++i) {
    fits = genotype[i] < space.choices(i);
  }
  if (!fits || space.canonical(genotype) != genotype) {
    throw DocumentError("a genotype does not belong to the space");
  }
}

// What does not run has no costs: 0.
void check_cost(const Cost& cost) {
  const bool runs = !cost.infeasible;
  for (const auto& [what, value] :
       {std::pair("latency", cost.latency_s), std::pair("energy", cost.energy_j)}) {
    if (std::isfinite(value) && (runs ? value > 0 : value == 0)) continue;
    throw DocumentError(fmt::format("the {} of a candidate that {} is {}", what,
                                    runs ? "runs" : "does not run", value));
  }
  for (const double area : {cost.area_mm2.value_or(0), cost.macro_area_mm2.value_or(0)}) {
    if (std::isfinite(area) && area >= 0) continue;
    throw DocumentError(fmt::format("the area of a candidate is {} mm2", area));
  }
}

void check_accuracy(const Candidate& candidate, const Problem& problem) {
  const bool asked = problem.violation(candidate.cost) == 0;
  if (asked != candidate.accuracy.has_value()) {
    throw DocumentError(asked ? "a candidate within the budgets has no accuracy"
                              : "a candidate beyond the budgets has an accuracy");
  }
  if (!asked || (*candidate.accuracy >= 0 && *candidate.accuracy <= 1)) return;
  throw DocumentError(fmt::format("an accuracy must be from 0 to 1, not {}", *candidate.accuracy));
}

void check_candidate(const Candidate& candidate, const Resumed& search) {
  check_genotype(candidate.genotype, search.space);
  check_cost(candidate.cost);
  check_accuracy(candidate, search.problem);
}

std::vector<Candidate> candidates_of(const Document& json, const Resumed& search,
                                     std::size_t most) {
  std::vector<Candidate> all;
  std::set<Genotype> known;
  for (const Document& c : json.items()) {
    Candidate candidate{genotype_of(c.at(0)),
                        {c.at(1).number(), c.at(2).number(), number_of(c.at(3)), text_of(c.at(4))},
                        number_of(c.at(5))};
    if (!search.space.chips().empty()) candidate.cost.macro_area_mm2 = c.at(6).number();
    const std::size_t plain = search.space.chips().empty() ? 6 : 7;
    if (c.items().size() > plain) {
      candidate.screened = number_of(c.at(plain));
      candidate.predicted = number_of(c.at(plain + 1));
    }
    check_candidate(candidate, search);
    if (!known.insert(candidate.genotype).second) {
      throw DocumentError("a candidate is given twice");
    }
    all.push_back(std::move(candidate));
  }
  if (all.size() <= most) return all;
  throw DocumentError(
      fmt::format("{} candidates where the search has at most {}", all.size(), most));
}

void check_population(const SearchState& state, std::size_t most) {
  const std::set<std::size_t> members(state.population.begin(), state.population.end());
  const bool known = members.empty() || *members.rbegin() < state.evaluated.size();
  const bool fits = members.size() == state.population.size() && members.size() <= most &&
                    members.empty() == state.evaluated.empty();
  if (!known || !fits) throw DocumentError("the population holds networks that were not evaluated");
}

SearchState state_of(const Document& json, const Resumed& search) {
  SearchState state;
  state.random = json.at("random").unsigned_integer();
  state.evaluated = candidates_of(json.at("evaluated"), search, search.settings.evaluations);
  state.population = indices_of(json.at("population"));
  state.exhausted = json.at("exhausted").boolean();
  state.control_random = json.at("control_random").unsigned_integer();
  state.control = candidates_of(json.at("control"), search,
                                search.settings.random.value_or(state.evaluated.size()));
  state.control_exhausted = json.at("control_exhausted").boolean();
  check_population(state, search.settings.population);
  return state;
}

constexpr const char* kOptional[] = {"screen", "vary"};  // described where they are given

bool is_optional(const std::string& name) {
  return std::find(std::begin(kOptional), std::end(kOptional), name) != std::end(kOptional);
}

bool is_table(const std::string& accuracy) { return accuracy.rfind("table ", 0) == 0; }

// What differs between the arguments of a checkpoint and those of now.
struct Differences {
  std::string text;
  bool only_the_table = true;  // of accuracies
};

Differences differences(const Document& theirs, const Description& ours) {
  Differences found;
  const auto add = [&](const std::string& name, const std::string& other,
                       const std::string& value) {
    found.text +=
        fmt::format("{}--{} was {}, is {} now", found.text.empty() ? "" : "; ", name, other, value);
    if (name != "accuracy" || !is_table(other) || !is_table(value)) found.only_the_table = false;
  };
  for (const auto& [name, value] : ours) {
    const bool absent = is_optional(name) && !theirs.contains(name);
    const std::string other = absent ? "none" : theirs.at(name).text();
    if (other != value) add(name, other, value);
  }
  for (const char* const name : kOptional) {
    const auto is_it = [&](const auto& argument) { return argument.first == name; };
    if (theirs.contains(name) && std::none_of(ours.begin(), ours.end(), is_it)) {
      add(name, theirs.at(name).text(), "none");
    }
  }
  return found;
}

// What earlier versions wrote has no checksum and names its schema first.
void refuse_earlier(const std::string& text) {
  const std::string_view head = std::string_view(text).substr(0, 64);
  if (head.find(kUnversioned) != std::string_view::npos) {
    throw CheckpointError("is " + other_networks(1));
  }
  if (head.find(kUnchecked) != std::string_view::npos) {
    throw CheckpointError(
        "has no checksum: an earlier version of H4H wrote it; choose another directory");
  }
}

SearchState parsed(const Document& json, const Resumed& search) {
  if (json.at("schema").text() != kSchema)
    throw CheckpointError("was written by another version of H4H");
  const Differences differing = differences(json.at("arguments"), search.arguments);
  const auto refuse = [&] {
    throw CheckpointError("holds a search with other arguments: " + differing.text +
                          "; repeat the arguments or choose another --out");
  };
  if (!differing.only_the_table) refuse();
  SearchState state = state_of(json, search);
  if (!differing.text.empty() && !(search.same_accuracies && search.same_accuracies(state))) {
    refuse();
  }
  return state;
}

}  // namespace

std::string format_checkpoint(const Description& arguments, const SearchState& state) {
  Document described = Document::object();
  for (const auto& [name, value] : arguments) described[name] = value;
  const Document document{{"schema", kSchema},
                          {"arguments", described},
                          {"random", state.random},
                          {"evaluated", candidates_document(state.evaluated)},
                          {"population", state.population},
                          {"exhausted", state.exhausted},
                          {"control_random", state.control_random},
                          {"control", candidates_document(state.control)},
                          {"control_exhausted", state.control_exhausted}};
  return sim::json_with_checksum(document, JsonLayout::compact) + "\n";
}

SearchState parse_checkpoint(const std::string& text, const Resumed& search) {
  refuse_earlier(text);
  try {
    return parsed(sim::parse_json_with_checksum(text), search);
  } catch (const JsonMemoryError& error) {
    throw CheckpointError(fmt::format("cannot be read: {}", error.what()));
  } catch (const DocumentError& error) {
    throw CheckpointError(fmt::format("is not the checkpoint of a search: {}", error.what()));
  }
}

}  // namespace h4h::nas
