#include "nas/search/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"

namespace h4h::nas {
namespace {

constexpr const char kSchema[] = "h4h.search.checkpoint/2";
constexpr const char kUnversioned[] = "h4h.search.checkpoint/1";  // of networks of version 1

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
  Document all = Document::array();
  for (const Candidate& c : candidates) {
    all.push_back(Document::array({c.genotype, c.cost.latency_s, c.cost.energy_j, c.cost.area_mm2,
                                   c.cost.infeasible, c.accuracy}));
  }
  return all;
}

void check_genotype(const Genotype& genotype, const Space& space) {
  bool fits = genotype.size() == space.genes().size();
  for (std::size_t i = 0; fits && i < genotype.size(); ++i) {
    fits = genotype[i] < space.genes()[i].choices.size();
  }
  if (!fits || space.canonical(genotype) != genotype) {
    throw CheckpointError("a genotype is not of the space");
  }
}

std::vector<Candidate> candidates_of(const Document& json, const Space& space) {
  std::vector<Candidate> all;
  for (const Document& c : json.items()) {
    Candidate candidate{genotype_of(c.at(0)),
                        {c.at(1).number(), c.at(2).number(), number_of(c.at(3)), text_of(c.at(4))},
                        number_of(c.at(5))};
    check_genotype(candidate.genotype, space);
    all.push_back(std::move(candidate));
  }
  return all;
}

SearchState state_of(const Document& json, const Space& space) {
  SearchState state;
  state.random = json.at("random").unsigned_integer();
  state.evaluated = candidates_of(json.at("evaluated"), space);
  state.population = indices_of(json.at("population"));
  state.exhausted = json.at("exhausted").boolean();
  state.control_random = json.at("control_random").unsigned_integer();
  state.control = candidates_of(json.at("control"), space);
  state.control_exhausted = json.at("control_exhausted").boolean();
  for (const std::size_t i : state.population) {
    if (i >= state.evaluated.size())
      throw CheckpointError("the population is not of the evaluated");
  }
  return state;
}

void check_same(const Document& theirs, const Description& ours) {
  std::string differences;
  for (const auto& [name, value] : ours) {
    const std::string other = theirs.at(name).text();
    if (other == value) continue;
    differences += fmt::format("{}--{} was {}, is {} now", differences.empty() ? "" : "; ", name,
                               other, value);
  }
  if (!differences.empty())
    throw CheckpointError("is of a search with other arguments: " + differences);
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
  return write_json(document, JsonLayout::compact) + "\n";
}

SearchState parse_checkpoint(const std::string& text, const Description& arguments,
                             const Space& space) {
  try {
    const Document json = parse_json(text);
    const std::string& schema = json.at("schema").text();
    if (schema == kUnversioned) throw CheckpointError("is " + other_networks(1));
    if (schema != kSchema) throw CheckpointError("is of another version of H4H");
    check_same(json.at("arguments"), arguments);
    return state_of(json, space);
  } catch (const DocumentError& error) {
    throw CheckpointError(fmt::format("is not a checkpoint of a search: {}", error.what()));
  }
}

}  // namespace h4h::nas
