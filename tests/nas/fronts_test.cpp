#include "nas/report/fronts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/json/json_parser.hpp"
#include "nas/report/results.hpp"
#include "sim/report/checksum.hpp"
#include "tests/nas/search_support.hpp"
#include "tests/support/mutations.hpp"

namespace h4h::nas {
namespace {

SearchedFront front(const std::vector<std::array<double, 2>>& networks) {
  SearchedFront f;
  f.objective = sim::Objective::latency;
  for (const auto& [accuracy, latency] : networks) {
    FrontNetwork n;
    n.accuracy = accuracy;
    n.latency_s = latency;
    f.networks.push_back(n);
  }
  return f;
}

TEST(Fronts, TheCheapestNetworkIsAmongThoseAccurateEnough) {
  const SearchedFront f = front({{0.7, 1}, {0.8, 2}, {0.9, 5}});
  EXPECT_EQ(cheapest(f, 0.75)->latency_s, 2);
  EXPECT_EQ(cheapest(f, 0.9)->latency_s, 5);
  EXPECT_EQ(cheapest(f, 0.91), nullptr);
}

TEST(Fronts, CommonAccuraciesAreReachedByAll) {
  const std::vector<SearchedFront> fronts{front({{0.6, 1}, {0.9, 5}}), front({{0.7, 1}, {0.8, 2}})};
  EXPECT_EQ(common_accuracies(fronts), (std::vector<double>{0.75, 0.8}));
}

TEST(Fronts, AReplacedFrontHoldsNoNetworkThatAnotherBeats) {
  SearchedFront f = front({});
  replace_front(f, front({{0.8, 2}, {0.7, 3}, {0.9, 4}}).networks);
  ASSERT_EQ(f.networks.size(), 2u);
  EXPECT_EQ(f.networks[0].accuracy, 0.8);
  EXPECT_EQ(f.networks[1].accuracy, 0.9);
}

// search.json as a search writes it, with a front of two networks.
std::string search_json() {
  const testing::Trial trial;
  SearchResult result;
  result.arguments = trial.description();
  result.evaluated = {{trial.space.min(), {0.125, 0.25, {}, {}}, 0.5},
                      {trial.space.max(), {0.375, 0.75, {}, {}}, 0.625}};
  result.facts = {{1001, 1002, 0.0625, 0.4375}, {1003, 1004, 0.1875, 0.5625}};
  return sim::json_with_checksum(search_document(trial.space, result));
}

std::string complaint(const std::string& text) {
  const tests::TemporaryFolder folder;
  const std::string file = folder.write("search.json", text).string();
  const std::string message = tests::message_of<FrontsError>([&] { read_front(folder.path()); });
  return message.rfind(file + ": ", 0) == 0 ? message.substr(file.size() + 2) : message;
}

// With the right checksum: what no search writes.
TEST(Fronts, ValuesThatNoSearchHasAreRefused) {
  const std::vector<std::array<std::string, 3>> cases{
      {"\"accuracy\": 0.5", "\"accuracy\": 1.5", "accuracy must be from 0 to 1, not 1.5"},
      {"\"accuracy\": 0.5", "\"accuracy\": -1", "accuracy must be from 0 to 1, not -1"},
      {"\"accuracy\": 0.5", "\"accuracy\": null", "must be a number, not null"},
      {"\"latency_s\": 0.125", "\"latency_s\": -1000", "latency_s must be above 0, not -1000"},
      {"\"latency_s\": 0.125", "\"latency_s\": 0", "latency_s must be "},
      {"\"energy_j\": 0.25", "\"energy_j\": -5", "energy_j must be "},
      {"\"macs\": 1001", "\"macs\": 0", "macs must be above 0, not 0"},
      {"\"parameters\": 1002", "\"parameters\": -3", "parameters must be above 0, not -3"},
      {"\"cim_share\": 0.0625", "\"cim_share\": 2", "cim_share must be from 0 to 1, not 2"},
      {"\"test_accuracy\": 0.4375", "\"test_accuracy\": 7",
       "test_accuracy must be from 0 to 1, not 7"},
      {"\"objective\": \"latency\"", "\"objective\": \"area\"",
       "arguments.objective 'area' is not one of: latency, energy"},
      {"\"front\": [", "\"front\": [], \"rest\": [", "the front is empty"},
      {"\"arguments\"", "\"argument\"", "'arguments' is missing"},
  };
  for (const auto& [from, to, message] : cases) {
    std::string text = search_json();
    text.replace(text.rfind(from, text.find("\"random_front\"")), from.size(), to);
    if (text.find(to) == std::string::npos) ADD_FAILURE() << from;
    const std::string said = complaint(sim::json_with_checksum(parse_json(text)));
    EXPECT_EQ(said.rfind(message, 0), 0U) << from << " -> " << to << ": " << said;
  }
}

TEST(Fronts, RandomChangesOfBytesAreRefusedOrChangeNothing) {
  const tests::TemporaryFolder folder;
  const std::string text = search_json();
  const auto read = [&] { return write_json(fronts_document({read_front(folder.path())}, {0.5})); };
  folder.write("search.json", text);
  const std::string right = read();
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    folder.write("search.json", tests::mutated(text, seed));
    try {
      EXPECT_EQ(read(), right) << seed;
    } catch (const FrontsError&) {
    }
  }
}

}  // namespace
}  // namespace h4h::nas
