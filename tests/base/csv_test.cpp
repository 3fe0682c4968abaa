#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "tests/support/files.hpp"

namespace h4h {
namespace {

using Fields = std::vector<std::string>;

TEST(CsvHeader, NamesAreSeparatedByCommasOrBySemicolons) {
  EXPECT_EQ(csv_header("a,b;c").separator, ',');
  EXPECT_EQ(csv_header("a;b").names, (Fields{"a", "b"}));
  EXPECT_EQ(csv_header("a;b").separator, ';');
  EXPECT_EQ(csv_header("\"a;b\",c").names, (Fields{"a;b", "c"}));
  EXPECT_EQ(csv_header("alone").separator, ',');
}

TEST(CsvHeader, AByteOrderMarkIsNoPartOfTheFirstName) {
  EXPECT_EQ(csv_header("\xef\xbb\xbf"
                       "a,b\r")
                .names,
            (Fields{"a", "b"}));
  EXPECT_EQ(csv_header("\xef\xbb\xbf"
                       "\"a\";b")
                .names,
            (Fields{"a", "b"}));
}

TEST(CsvHeader, Utf16IsNamedAsSuch) {
  for (const char* const mark : {"\xff\xfe", "\xfe\xff"}) {
    EXPECT_EQ(tests::message_of<CsvError>([&] { csv_header(std::string(mark) + "a"); }),
              "the file is UTF-16; it must be UTF-8");
  }
}

TEST(CsvFields, BlanksAroundFieldsAreLeftOutUnlessQuoted) {
  EXPECT_EQ(csv_fields("a, b ,\t\"c d\" , \" e \",,"), (Fields{"a", "b", "c d", " e ", "", ""}));
}

TEST(CsvFields, SeparatorsAndQuotesInsideQuotesAreText) {
  EXPECT_EQ(csv_fields("\"1;2\";\"say \"\"x\"\"\";3,4\r", ';'),
            (Fields{"1;2", "say \"x\"", "3,4"}));
}

TEST(CsvFields, BadQuotesAreRefused) {
  EXPECT_THROW(csv_fields("\"open"), CsvError);
  EXPECT_THROW(csv_fields("\"a\"b,c"), CsvError);
}

TEST(CsvFields, WhatTheWriterQuotesReadsBack) {
  for (const std::string text : {"a,b", " x", "x\t", "\"", "a;b", ""}) {
    EXPECT_EQ(csv_fields(csv_field(text)), Fields{text}) << text;
  }
}

class CsvFile : public ::testing::Test {
 protected:
  std::string written(const std::string& text) {
    folder.write("t.csv", text);
    return (folder.path() / "t.csv").string();
  }
  tests::TemporaryFolder folder;
};

TEST_F(CsvFile, OfASpreadsheetReadsLikeAPlainOne) {
  constexpr const char kByteOrderMark[] = "\xef\xbb\xbf";
  for (const std::string& text : std::initializer_list<std::string>{
           "id,H,k\nstem,224,3\n", std::string(kByteOrderMark) + "id,H,k\r\nstem,224,3\r\n\r\n",
           "id;H;k\nstem;224;3\n", "id, H, k\nstem, 224, 3\n",
           "id ; H ; k\r\n\"stem\" ; 224 ; 3"}) {
    const CsvTable table(written(text), {"id", "H", "k"});
    ASSERT_EQ(table.rows.size(), 1u) << text;
    EXPECT_EQ(table.rows[0].text("id"), "stem") << text;
    EXPECT_EQ(table.rows[0].positive("H"), 224) << text;
    EXPECT_EQ(table.rows[0].number("k"), 3) << text;
  }
}

TEST_F(CsvFile, OneSeparatorHoldsForTheWholeFile) {
  const std::string file = written("id;H\nstem,224\n");
  EXPECT_EQ(tests::message_of<CsvError>([&] {
              CsvTable(file, {"id", "H"});
            }),
            file + ":2: 1 values for 2 columns");
}

TEST_F(CsvFile, AMissingColumnIsNamedBehindAByteOrderMark) {
  const std::string file = written("\xef\xbb\xbfid;H\n");
  EXPECT_EQ(tests::message_of<CsvError>([&] {
              CsvTable(file, {"id", "k"});
            }),
            file + ":1: column 'k' is missing; required: id,k");
}

TEST_F(CsvFile, ThatCannotBeReadIsNotTakenForAnEmptyOne) {
  EXPECT_EQ(tests::message_of<CsvError>([] { CsvTable("/proc/self/mem", {}); }),
            "/proc/self/mem: cannot be read: Input/output error");
  EXPECT_EQ(tests::message_of<CsvError>([&] { CsvTable(folder.path(), {}); }),
            folder.path().string() + ": is a directory");
}

TEST_F(CsvFile, OfTooManyFieldsInALineOrValuesIsRefused) {
  std::string header = "0";
  for (int i = 1; i < 1001; ++i) header += "," + std::to_string(i);
  std::string file = written(header);
  EXPECT_EQ(tests::message_of<CsvError>([&] { CsvTable(file, {}); }),
            file + ":1: more than 1000 fields");
  std::string rows = "a\n";
  for (int i = 0; i < 2'000'001; ++i) rows += "1\n";
  file = written(rows);
  EXPECT_EQ(tests::message_of<CsvError>([&] { CsvTable(file, {}); }),
            file + ":2000002: more than 2000000 values");
}

TEST_F(CsvFile, EveryBadRowIsNamed) {
  const auto file = folder.write("t.csv", "a,b\n1,2\n1,2,3\nx,2\n\n1,y\n\"1,2\n");
  const auto sum = [](const CsvRow& row) { return row.whole("a") + row.whole("b"); };
  const std::string message = tests::message_of<CsvError>([&] { read_csv(file, {"a"}, sum); });
  EXPECT_EQ(message, fmt::format("{0}:3: 3 values for 2 columns\n"
                                 "{0}:4: a must be a whole number, not 'x'\n"
                                 "{0}:6: b must be a whole number, not 'y'\n"
                                 "{0}:7: a quote is not closed",
                                 file.string()));
  EXPECT_EQ(
      tests::message_of<CsvError>([&] { CsvTable(file, {}); }),
      fmt::format("{0}:3: 3 values for 2 columns\n{0}:7: a quote is not closed", file.string()));
}

TEST_F(CsvFile, OfVeryManyBadRowsNamesTenThousandAndCountsTheOthers) {
  std::string text = "a,b\n";
  for (int i = 0; i < 10'002; ++i) text += "1\n";
  const std::string file = written(text);
  const std::string message = tests::message_of<CsvError>([&] { CsvTable(file, {}); });
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 10'000);
  const std::string end = file + ":10001: 1 values for 2 columns\n" + file + ": and 2 more";
  EXPECT_EQ(message.substr(message.size() - end.size()), end);
}

}  // namespace
}  // namespace h4h
