#include <gtest/gtest.h>

#include "base/csv/csv_writer.hpp"
#include "nas/accuracy/accuracy_table.hpp"
#include "sim/report/format.hpp"
#include "tests/nas/search_support.hpp"
#include "tests/support/mutations.hpp"

namespace h4h::nas::testing {
namespace {

const char kHead[] = "genotype,accuracy\n";

std::string quoted(const Space& space, const Genotype& genotype) {
  return csv_field(space.text(genotype));
}

std::string complaint(const std::string& content) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const auto path = folder.write("t.csv", content);
  const std::string message = tests::message_of<AccuracyError>([&] { AccuracyTable(space, path); });
  const std::string prefix = path.string();
  return message.rfind(prefix, 0) == 0 ? message.substr(prefix.size()) : message;
}

TEST(AccuracyTable, OfASpreadsheetReadsLikeAnyOther) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string text = "\xef\xbb\xbfgenotype; accuracy\r\n" + quoted(space, space.min()) +
                           "; 0.25\r\n" + quoted(space, space.max()) + "; 1\r\n";
  AccuracyTable table(space, folder.write("t.csv", text));
  EXPECT_EQ(table.evaluate({space.max(), space.min()}), (std::vector<double>{1, 0.25}));
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
  EXPECT_EQ(complaint(""), ":0: the file is empty; required columns: genotype,accuracy");
  EXPECT_EQ(complaint("genotype,acuracy\n"),
            ":1: unknown column 'acuracy'; allowed: "
            "genotype,accuracy,standard_error,networks_version,checksum");
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
  EXPECT_EQ(complaint(kHead + min + "x,0.5\n"), ":2: text after a closing quote");
  EXPECT_EQ(complaint(std::string(kHead) + "\"{},0.5\n"), ":2: a quote is not closed");
  EXPECT_EQ(complaint(kHead + min + ",0.5\n\n" + min + ",0.5\n"),
            ":4: the genotype is given twice: " + space.text(space.min()));
  EXPECT_EQ(complaint(std::string(kHead) + "{},0.5\n").rfind(":2: ", 0), 0u);
}

TEST(AccuracyTable, NamesEveryLineThatIsWrong) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string min = quoted(space, space.min()), max = quoted(space, space.max());
  const std::string file =
      folder.write("t.csv", kHead + min + ",high\n" + max + ",0.5\n" + min + ",2\n" + max + "\n")
          .string();
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, file); }),
            file + ":2: accuracy 'high' is not a number\n" + file +
                ":4: accuracy 2 is not from 0 to 1\n" + file + ":5: 1 values for 2 columns");
  EXPECT_EQ(complaint("genotype\n" + min + ",high\n"), ":1: the columns must be genotype,accuracy")
      << "rows are not read where the columns are wrong";
}

TEST(AccuracyTable, KnowsStandardErrorsWhereTheyStandInIt) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string line = accuracy_line(space, space.min(), {0.25, 0.125});
  AccuracyTable written(space, folder.write("a.csv", accuracy_header() + line + line));
  EXPECT_EQ(written.evaluate({space.min()}), std::vector<double>{0.25}) << "twice is no error here";
  EXPECT_EQ(written.standard_error(space.min()), 0.125);
  AccuracyTable plain(space, folder.write("b.csv", kHead + quoted(space, space.min()) + ",0.25\n"));
  EXPECT_EQ(plain.standard_error(space.min()), std::nullopt);
  EXPECT_EQ(
      complaint("genotype,accuracy,standard_error\n" + quoted(space, space.min()) + ",0.5,-1\n"),
      ":2: standard_error '-1' is not a number from 0 to 1");
}

TEST(AccuracyTable, LinesThatDoNotMatchTheirChecksumAreRefused) {
  const Space space = shipped_space("toy");
  std::string line = accuracy_line(space, space.min(), {0.25, 0.125});
  line.replace(line.find("0.25"), 4, "0.35");
  EXPECT_EQ(complaint(accuracy_header() + line),
            ":2: the line does not match its checksum: it is damaged or was edited; without the "
            "column checksum it is used as it is");
  EXPECT_EQ(complaint("checksum,genotype,accuracy\n"), ":1: the column checksum must be the last");
}

TEST(AccuracyTable, RandomChangesOfBytesAreRefusedOrChangeNoEntry) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string text = accuracy_header() + accuracy_line(space, space.min(), {0.25, 0.125}) +
                           accuracy_line(space, space.max(), {0.5, 0.125});
  const auto right = AccuracyTable(space, folder.write("a.csv", text)).entries();
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    try {
      const AccuracyTable table(space, folder.write("a.csv", tests::mutated(text, seed)));
      for (const auto& [genotype, measured] : table.entries()) {
        EXPECT_EQ(measured.accuracy, right.at(genotype).accuracy) << seed;
        EXPECT_EQ(measured.standard_error, right.at(genotype).standard_error) << seed;
      }
    } catch (const AccuracyError&) {
    }
  }
}

TEST(AccuracyTable, OfEarlierNetworksIsRefusedWithTheReason) {
  const tests::TemporaryFolder folder;
  const Space space = shipped_space("toy");
  const std::string row = quoted(space, space.min()) + ",0.5";
  const std::string reason =
      "for networks of version 1, in which the first layer of a stage had a shortcut wherever two "
      "widths happened to match; this H4H builds networks of version 2, in which it has one in all "
      "networks of a space or in none";
  EXPECT_EQ(complaint("genotype,accuracy,networks_version\n" + row + ",1\n"), ":2: is " + reason);
  for (const char* const name :
       {"accuracy-0123456789abcdef.csv", "test-accuracy-0123456789abcdef.csv"}) {
    const auto path = folder.write(name, kHead + row + "\n");
    EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, path); }),
              path.string() + ":1: was written beside a supernet " + reason);
  }
  EXPECT_NO_THROW(AccuracyTable(space, folder.write("accuracy-mine.csv", kHead + row + "\n")));
}

TEST(AccuracyTable, ThatIsMissingIsNamed) {
  const Space space = shipped_space("toy");
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, "/none.csv"); }),
            "/none.csv: no such file");
}

TEST(AccuracyTable, ThatCannotBeReadIsNotTakenForAShortOne) {
  const Space space = shipped_space("toy");
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, "/proc/self/mem"); }),
            "/proc/self/mem: cannot be read: Input/output error");
  EXPECT_EQ(tests::message_of<AccuracyError>([&] { AccuracyTable(space, "/"); }),
            "/: is a directory");
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
