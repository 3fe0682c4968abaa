#include <gtest/gtest.h>

#include "nas/accuracy/accuracy_table.hpp"
#include "sim/report/format.hpp"
#include "tests/nas/search_support.hpp"
#include "workloads/import/csv/table.hpp"

namespace h4h::nas::testing {
namespace {

const char kHead[] = "genotype,accuracy\n";

std::string quoted(const Space& space, const Genotype& genotype) {
  return workloads::csv_field(space.text(genotype));
}

std::string complaint(const std::string& content) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const auto path = folder.write("t.csv", content);
  const std::string message = tests::message_of<AccuracyError>([&] { AccuracyTable(space, path); });
  const std::string prefix = path.string();
  return message.rfind(prefix, 0) == 0 ? message.substr(prefix.size()) : message;
}

TEST(AccuracyTable, AnswersWhatItHolds) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string text = "accuracy,genotype\r\n0.25," + quoted(space, space.min()) +
                           "\r\n\r\n1," + quoted(space, space.max()) + "\r\n";
  AccuracyTable table(space, folder.write("t.csv", text));
  EXPECT_EQ(table.evaluate({space.max(), space.min()}), (std::vector<double>{1, 0.25}));
}

TEST(AccuracyTable, NamesACandidateThatItLacks) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const auto path = folder.write("t.csv", kHead + quoted(space, space.min()) + ",0.5\n");
  AccuracyTable table(space, path);
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { table.evaluate({space.max()}); }),
            path.string() + ": has no accuracy for " + space.text(space.max()));
}

TEST(AccuracyTable, NamesFileAndLineOfWhatIsWrong) {
  const Space space = shipped_space("toy");
  const std::string min = quoted(space, space.min());
  EXPECT_EQ(complaint(""), ":0: the file is empty; needed: genotype,accuracy");
  EXPECT_EQ(complaint("genotype,acuracy\n"),
            ":1: unknown column 'acuracy'; allowed: genotype,accuracy");
  EXPECT_EQ(complaint("genotype\n"), ":1: the columns must be genotype,accuracy");
  EXPECT_EQ(complaint("accuracy,accuracy\n"), ":1: the columns must be genotype,accuracy");
  EXPECT_EQ(complaint(kHead + min + ",high\n"), ":2: accuracy 'high' is not a number");
  EXPECT_EQ(complaint(kHead + min + ",0.5x\n"), ":2: accuracy '0.5x' is not a number");
  EXPECT_EQ(complaint(kHead + min + ",\n"), ":2: accuracy '' is not a number");
  EXPECT_EQ(complaint(kHead + min + ",87.5\n"), ":2: accuracy 87.5 is not from 0 to 1");
  EXPECT_EQ(complaint(kHead + min + ",-0.1\n"), ":2: accuracy -0.1 is not from 0 to 1");
  EXPECT_EQ(complaint(kHead + min + ",nan\n"), ":2: accuracy nan is not from 0 to 1");
  EXPECT_EQ(complaint(kHead + min + "\n"), ":2: 1 values for 2 columns");
  EXPECT_EQ(complaint(kHead + min + ",0.5,1\n"), ":2: 3 values for 2 columns");
  EXPECT_EQ(complaint(kHead + min + "x,0.5\n"), ":2: text behind a closing quote");
  EXPECT_EQ(complaint(std::string(kHead) + "\"{},0.5\n"), ":2: a quote is not closed");
  EXPECT_EQ(complaint(kHead + min + ",0.5\n\n" + min + ",0.5\n"),
            ":4: the genotype stands twice: " + space.text(space.min()));
  EXPECT_EQ(complaint(std::string(kHead) + "{},0.5\n").rfind(":2: ", 0), 0u);
}

TEST(AccuracyTable, ThatIsMissingIsNamed) {
  const Space space = shipped_space("toy");
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, "/none.csv"); }),
            "/none.csv: no such file");
}

TEST(AccuracyTable, HashTellsTablesApartWhateverTheirOrder) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string a = quoted(space, space.min()) + ",0.25\n", b = quoted(space, space.max());
  const auto hash = [&](const std::string& rows) {
    return AccuracyTable(space, folder.write("t.csv", kHead + rows)).hash();
  };
  EXPECT_EQ(hash(a + b + ",0.5\n"), hash(b + ",0.5\n" + a));
  EXPECT_NE(hash(a + b + ",0.5\n"), hash(a + b + ",0.75\n"));
}

}  // namespace
}  // namespace h4h::nas::testing
