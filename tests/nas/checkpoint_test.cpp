#include "nas/search/checkpoint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/json/json_parser.hpp"
#include "sim/report/checksum.hpp"
#include "tests/nas/search_support.hpp"
#include "tests/support/mutations.hpp"

namespace h4h::nas::testing {
namespace {

std::string complaint(const Trial& trial, const std::string& text) {
  return tests::message_of<CheckpointError>([&] { trial.resume(text); });
}

// The text with one place changed and the checksum that belongs to it.
std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return sim::json_with_checksum(parse_json(text), JsonLayout::compact) + "\n";
}

// Two candidates whose values stand once in the text.
SearchState two_candidates(const Trial& trial) {
  SearchState state = start(trial.settings);
  state.evaluated.push_back({trial.space.min(), {0.125, 0.25, 0.375, {}}, 0.5});
  state.evaluated.push_back({trial.space.max(), {0.0625, 0.875, {}, {}}, 0.625});
  state.population = {0, 1};
  return state;
}

TEST(Checkpoint, OfOtherArgumentsIsRefusedNamingEach) {
  Trial trial;
  const std::string text = format_checkpoint(trial.description(), start(trial.settings));
  trial.settings.seed = 9;
  trial.problem.max_latency_s = 0.001;
  EXPECT_EQ(complaint(trial, text),
            "holds a search with other arguments: --max-latency was none, is 0.001 s now; --seed "
            "was 7, is 9 now; repeat the arguments or choose another --out");
}

TEST(Checkpoint, ThatIsBrokenIsRefused) {
  const Trial trial;
  const std::string text = format_checkpoint(trial.description(), two_candidates(trial));
  EXPECT_EQ(
      complaint(trial, text.substr(0, text.size() / 2)),
      "is not the checkpoint of a search: the checksum is missing: the file is cut off, or an "
      "earlier version of H4H wrote it");
  EXPECT_NE(complaint(trial, "{}").find("the checksum is missing"), std::string::npos);
  std::string digit = text;
  digit.replace(digit.find("0.875"), 5, "0.874");
  EXPECT_EQ(
      complaint(trial, digit),
      "is not the checkpoint of a search: the checksum does not match: the file is damaged or "
      "was edited");
}

TEST(Checkpoint, OfEarlierVersionsIsRefusedWithTheReason) {
  const Trial trial;
  EXPECT_EQ(complaint(trial, R"({"schema":"h4h.search.checkpoint/2","arguments":{}})"),
            "has no checksum: an earlier version of H4H wrote it; choose another directory");
  EXPECT_EQ(complaint(trial, R"({"schema": "h4h.search.checkpoint/1", "arguments": {}})")
                .rfind("is for networks of version 1", 0),
            0U);
  const std::string text = format_checkpoint(trial.description(), two_candidates(trial));
  EXPECT_EQ(complaint(trial, edited(text, "checkpoint/3", "checkpoint/4")),
            "was written by another version of H4H");
}

// With the right checksum: what no search can have written.
TEST(Checkpoint, ValuesThatNoSearchHasAreRefused) {
  Trial trial;
  trial.settings.evaluations = 2;
  trial.settings.population = 2;
  const std::string text = format_checkpoint(trial.description(), two_candidates(trial));
  const std::string min = write_json(Document(trial.space.min()), JsonLayout::compact);
  const std::string random = "\"random\":" + std::to_string(start(trial.settings).random);
  const std::string first = "[" + min + ",0.125,0.25,0.375,null,0.5]";
  std::string wrapped = min;
  wrapped.replace(1, 1, "65536");
  const std::string genotype = "a genotype does not belong to the space";
  const std::string population = "the population holds networks that were not evaluated";
  const std::vector<std::array<std::string, 3>> cases{
      {"0.125,", "-1,", "the latency of a candidate that runs is -1"},
      {"0.125,", "0,", "the latency of a candidate that runs is 0"},
      {"0.125,", "null,", "must be a number, not null"},
      {"0.25,", "-5.0,", "the energy of a candidate that runs is -5"},
      {"0.375,", "-1.5,", "the area of a candidate is -1.5 mm2"},
      {"0.25,0.375,null", "0.25,0.375,\"too large\"",
       "the latency of a candidate that does not run is 0.125"},
      {"0.625]", "5]", "an accuracy must be from 0 to 1, not 5"},
      {"0.625]", "-1]", "an accuracy must be from 0 to 1, not -1"},
      {"0.625]", "null]", "a candidate within the budgets has no accuracy"},
      {min, wrapped, genotype},
      {min, "[]", genotype},
      {min, "[-1]", "must be a whole number from 0"},
      {"\"population\":[0,1]", "\"population\":[0,2]", population},
      {"\"population\":[0,1]", "\"population\":[1,1]", population},
      {"\"population\":[0,1]", "\"population\":[]", population},
      {"\"population\":[0,1]", "\"population\":[0,18446744073709551615]", population},
      {random, "\"random\":-1", "must be a whole number from 0"},
      {"\"exhausted\":false", "\"exhausted\":0", "must be true or false"},
      {"\"control\":[]", "\"control\":{}", "must be an array"},
      {first, first + "," + first, "a candidate is given twice"},
  };
  for (const auto& [from, to, message] : cases) {
    EXPECT_NE(complaint(trial, edited(text, from, to)).find(message), std::string::npos)
        << from << " -> " << to << ": " << complaint(trial, edited(text, from, to));
  }
}

TEST(Checkpoint, MoreCandidatesThanTheSearchHasAreRefused) {
  Trial trial;
  trial.settings.evaluations = trial.settings.population = 1;
  const std::string text = format_checkpoint(trial.description(), two_candidates(trial));
  const std::string none = "is not the checkpoint of a search: ";
  EXPECT_EQ(complaint(trial, text), none + "2 candidates where the search has at most 1");
  trial.settings.evaluations = 2;
  EXPECT_EQ(complaint(trial, format_checkpoint(trial.description(), two_candidates(trial))),
            none + "the population holds networks that were not evaluated");
}

TEST(Checkpoint, AccuraciesBeyondTheBudgetsAreRefused) {
  Trial trial;
  trial.problem.max_latency_s = 0.1;
  const std::string text = format_checkpoint(trial.description(), two_candidates(trial));
  EXPECT_EQ(complaint(trial, text),
            "is not the checkpoint of a search: a candidate beyond the budgets has an accuracy");
}

TEST(Checkpoint, KeepsWhatDoesNotRunAndWhatHasNoAccuracy) {
  const Trial trial;
  SearchState state = two_candidates(trial);
  state.evaluated[0] = {trial.space.min(), {0, 0, {}, "too large, \"truly\""}, {}};
  state.evaluated[1] = {trial.space.max(), {0.1, 1.0 / 3, 2.5, {}}, 0.1 + 0.2};
  EXPECT_TRUE(trial.resume(format_checkpoint(trial.description(), state)) == state);
}

TEST(Checkpoint, OfAnotherTableIsResumedWhereItsAccuraciesAreTheSame) {
  const Trial trial;
  const SearchState state = two_candidates(trial);
  const std::string text = format_checkpoint(trial.description(), state);
  Description other = trial.description();
  for (auto& [name, value] : other) {
    if (name == "accuracy") value = "table 2";
  }
  const auto resume = [&](bool same) {
    return parse_checkpoint(text, {other, trial.space, trial.problem, trial.settings,
                                   [=](const SearchState& s) { return same && s == state; }});
  };
  EXPECT_TRUE(resume(true) == state);
  EXPECT_EQ(tests::message_of<CheckpointError>([&] { resume(false); }),
            "holds a search with other arguments: --accuracy was table 1, is table 2 now; "
            "repeat the arguments or choose another --out");
  for (auto& [name, value] : other) {
    if (name == "seed") value = "8";
  }
  EXPECT_NE(tests::message_of<CheckpointError>([&] { resume(true); }).find("--seed was 7"),
            std::string::npos);
}

TEST(Checkpoint, RandomChangesOfBytesAreRefusedOrChangeNothing) {
  Trial trial;
  Search search = trial.search(start(trial.settings));
  search.step();
  search.step();
  const std::string text = format_checkpoint(trial.description(), search.state());
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    try {
      EXPECT_TRUE(trial.resume(tests::mutated(text, seed)) == search.state()) << seed;
    } catch (const CheckpointError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 990);
}

}  // namespace
}  // namespace h4h::nas::testing
