#include <gtest/gtest.h>

#include "tests/tools/search_folder.hpp"

// Networks by the rows of a search's front.
namespace h4h::tests {
namespace {

using Json = nlohmann::json;

TEST(SearchRows, RowsOfItsFrontAreNetworks) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  const Json search = Json::parse(content(folder.path() / "a/search.json"));
  EXPECT_EQ(search["accuracy_source"], folder.table);
  std::filesystem::remove(folder.space);  // the folder keeps the space
  for (std::size_t i = 0; i < search["front"].size(); ++i) {
    const std::string name = folder.out("a") + "#" + std::to_string(i + 1);
    const Outcome o = h4h("simulate " + kPaper + " --format json --network '" + name + "'");
    ASSERT_EQ(o.code, 0) << o.err;
    const Json report = Json::parse(o.out);
    EXPECT_EQ(report["network"]["name"], name);
    EXPECT_EQ(report["totals"]["latency_s"], search["front"][i]["latency_s"]);
  }
}

TEST(SearchRows, ATableHasNoIntegers) {
  const SearchFolder folder;
  expect_failure(folder.search("a", "--precision int8"), 2,
                 "--precision int8 needs --accuracy DIR, the --out directory of `h4h train`");
  expect_failure(folder.search("a", "--precision int4"), 2, "float32, int8");
}

TEST(SearchRows, RowsThatAreNotThereAreNamed) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  const std::string rows = std::to_string(lines(content(folder.path() / "a/front.csv")).size() - 1);
  const auto network = [&](const std::string& row) {
    return "network check '" + folder.out("a") + "#" + row + "'";
  };
  for (const std::string row : {"0", "1000", "x", "1x", "-1"}) {
    expect_failure(network(row), 1, "front.csv: has no row '" + row + "'; rows: 1.." + rows);
  }
  std::filesystem::remove(folder.path() / "a/space.yaml");
  expect_failure(network("1"), 1, "no space.yaml; rerun the `h4h search` command");
}

TEST(SearchRows, DirectoriesThatAreNoNetworksSayWhatIsMissing) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  expect_failure("network check " + folder.out("a"), 1,
                 "the directory of a search, not a network; name one of its networks, such as '" +
                     folder.out("a") + "#1'");
  std::filesystem::create_directory(folder.path() / "empty");
  expect_failure("network check '" + folder.out("empty") + "#1'", 1,
                 "no front.csv; pass the --out directory of `h4h search`");
}

TEST(SearchRows, AGenotypeThatIsNoneIsNamedWithItsLine) {
  const SearchFolder folder;
  h4h(folder.search("a"));
  folder.write("a/front.csv", "genotype,accuracy\n{,0.5\n");
  expect_failure("network check '" + folder.out("a") + "#1'", 1, "front.csv:2: ");
  folder.write("a/front.csv", "genotype,accuracy\n");
  expect_failure("network check '" + folder.out("a") + "#1'", 1, "front.csv: has no rows");
}

}  // namespace
}  // namespace h4h::tests
