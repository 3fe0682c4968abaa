#include "nas/search/checkpoint.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace h4h::nas {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char kSchema[] = "h4h.search.checkpoint/2";
constexpr const char kUnversioned[] = "h4h.search.checkpoint/1";  // of networks of version 1

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <typename T>
std::optional<T> optional_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<T>(json.get<T>());
}

Json candidates_json(const std::vector<Candidate>& candidates) {
  Json all = Json::array();
  for (const Candidate& c : candidates) {
    all.push_back({c.genotype, c.cost.latency_s, c.cost.energy_j, or_null(c.cost.area_mm2),
                   or_null(c.cost.infeasible), or_null(c.accuracy)});
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

std::vector<Candidate> candidates_of(const Json& json, const Space& space) {
  std::vector<Candidate> all;
  for (const Json& c : json) {
    Candidate candidate{c.at(0).get<Genotype>(),
                        {c.at(1).get<double>(), c.at(2).get<double>(), optional_of<double>(c.at(3)),
                         optional_of<std::string>(c.at(4))},
                        optional_of<double>(c.at(5))};
    check_genotype(candidate.genotype, space);
    all.push_back(std::move(candidate));
  }
  return all;
}

SearchState state_of(const Json& json, const Space& space) {
  SearchState state;
  state.random = json.at("random").get<std::uint64_t>();
  state.evaluated = candidates_of(json.at("evaluated"), space);
  state.population = json.at("population").get<std::vector<std::size_t>>();
  state.exhausted = json.at("exhausted").get<bool>();
  state.control_random = json.at("control_random").get<std::uint64_t>();
  state.control = candidates_of(json.at("control"), space);
  state.control_exhausted = json.at("control_exhausted").get<bool>();
  for (const std::size_t i : state.population) {
    if (i >= state.evaluated.size())
      throw CheckpointError("the population is not of the evaluated");
  }
  return state;
}

void check_same(const Json& theirs, const Description& ours) {
  std::string differences;
  for (const auto& [name, value] : ours) {
    const std::string other = theirs.at(name).get<std::string>();
    if (other == value) continue;
    differences += fmt::format("{}--{} was {}, is {} now", differences.empty() ? "" : "; ", name,
                               other, value);
  }
  if (!differences.empty())
    throw CheckpointError("is of a search with other arguments: " + differences);
}

}  // namespace

std::string format_checkpoint(const Description& arguments, const SearchState& state) {
  Json described = Json::object();
  for (const auto& [name, value] : arguments) described[name] = value;
  const Json json{{"schema", kSchema},
                  {"arguments", described},
                  {"random", state.random},
                  {"evaluated", candidates_json(state.evaluated)},
                  {"population", state.population},
                  {"exhausted", state.exhausted},
                  {"control_random", state.control_random},
                  {"control", candidates_json(state.control)},
                  {"control_exhausted", state.control_exhausted}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

SearchState parse_checkpoint(const std::string& text, const Description& arguments,
                             const Space& space) {
  try {
    const Json json = Json::parse(text);
    if (json.at("schema") == kUnversioned) throw CheckpointError("is " + other_networks(1));
    if (json.at("schema") != kSchema) throw CheckpointError("is of another version of H4H");
    check_same(json.at("arguments"), arguments);
    return state_of(json, space);
  } catch (const nlohmann::json::exception& error) {
    throw CheckpointError(fmt::format("is not a checkpoint of a search: {}", error.what()));
  }
}

}  // namespace h4h::nas
