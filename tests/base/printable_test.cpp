#include "base/text/printable.hpp"

#include <gtest/gtest.h>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"
#include "base/text/table_writer.hpp"
#include "base/text/utf8.hpp"
#include "base/text/wrap.hpp"

namespace h4h {
namespace {

TEST(Utf8, OverlongSurrogateCutAndTooLargeFormsAreNotValid) {
  for (const char* const text : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                 "\xf5\x80\x80\x80", "\xe2\x82", "\x80", "\xff", "\xe2\x82g"}) {
    EXPECT_FALSE(first_character(text).valid) << text;
    EXPECT_EQ(first_character(text).size, 1u);
  }
  EXPECT_EQ(first_character("\xe2\x82\xac!").code, 0x20acu);
  EXPECT_EQ(first_character("\xf0\x9f\x98\x80").size, 4u);
}

TEST(Utf8, ABeginningEndsWithAWholeCharacter) {
  EXPECT_EQ(beginning_of("a\xe2\x82\xac", 3), "a");
  EXPECT_EQ(beginning_of("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
  EXPECT_EQ(beginning_of("\x80\x80\x80\x80\x80", 4), "\x80\x80\x80\x80");
}

TEST(Printable, ControlCharactersAreEscaped) {
  EXPECT_EQ(printable("line1\nline2\r\t"), "line1\\nline2\\r\\t");
  EXPECT_EQ(printable("\x1b]0;owned\x07\x1b[31mred"), "\\x1b]0;owned\\x07\\x1b[31mred");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u009b");  // CSI of C1
}

TEST(Printable, MarksOfDirectionAndInvisibleLineBreaksAreEscaped) {
  EXPECT_EQ(printable("\xe2\x80\xae.RTL\xe2\x81\xa6\xe2\x80\xa8\xef\xbb\xbf"),
            "\\u202e.RTL\\u2066\\u2028\\ufeff");
}

TEST(Printable, BytesThatAreNotUtf8AreEscapedOneByOne) {
  EXPECT_EQ(printable("a\xff\xc0\x80z\xe2\x82"), "a\\xff\\xc0\\x80z\\xe2\\x82");
}

TEST(Printable, OtherTextStays) {
  for (const std::string text :
       {"", "conv/1", "\xc2\xb5s \xe2\x82\xac", "\xf0\x9f\x98\x80", "a\\b"}) {
    EXPECT_EQ(printable(text), text);
  }
  EXPECT_EQ(printable_lines("a\n\tb\x1b\n"), "a\n\tb\\x1b\n");
}

TEST(TextTable, ANameWithALineBreakIsNoSecondRow) {
  Table table({text_column("name"), integer_column("n")});
  table.add_row({"a\nfake  99", 1});
  table.add_row({"\x1b[2J\xff", 2});
  EXPECT_EQ(write_text(table), "name         n\na\\nfake  99  1\n\\x1b[2J\\xff  2\n");
}

TEST(TextTable, AShortenedNameBeginsWithAWholeCharacter) {
  EXPECT_EQ(shortened("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 7), "...\xe2\x82\xac");
}

TEST(CsvText, TheFirstCharacterMakesNoFormula) {
  EXPECT_EQ(csv_field("=cmd|'/C calc'!A0"), "'=cmd|'/C calc'!A0");
  EXPECT_EQ(csv_field("@SUM(1+1)"), "'@SUM(1+1)");
  EXPECT_EQ(csv_field("+1+1"), "'+1+1");
  EXPECT_EQ(csv_field("-2+3"), "'-2+3");
  EXPECT_EQ(csv_field("\t=1"), "'\t=1");
  EXPECT_EQ(csv_field("\r=1"), "\\r=1");
  EXPECT_EQ(csv_field("=1,2"), "\"'=1,2\"");
}

TEST(CsvText, ASemicolonBeginsNoFieldOfItsOwn) { EXPECT_EQ(csv_field("a;=1"), "\"a;=1\""); }

TEST(CsvText, NumbersStayNumbers) {
  for (const std::string text : {"-1", "-2.5e-3", "0", "1e9"}) EXPECT_EQ(csv_field(text), text);
  EXPECT_EQ(csv_field("-inf"), "'-inf");
  EXPECT_EQ(csv_field("== 1"), "== 1") << "what the claims of h4h reproduce accept";
  Table table({text_column("t"), real_column("r"), integer_column("i")});
  table.add_row({"-4", -0.5, -7});
  EXPECT_EQ(write_csv(table), "t,r,i\n-4,-0.5,-7\n");
}

TEST(CsvText, ARowIsOneLineThatOurReaderTakes) {
  Table table({text_column("name"), text_column("op")});
  table.add_row({"a\nfake,row\x1b\xff", "conv"});
  const std::string row = write_csv_rows(table);
  EXPECT_EQ(row, "\"a\\nfake,row\\x1b\\xff\",conv\n");
  EXPECT_EQ(csv_fields(row.substr(0, row.size() - 1)).at(1), "conv");
}

TEST(JsonText, HiddenCharactersAreEscapedAndReadBack) {
  const std::string text = "a\x1b\x7f\xc2\x9b\xe2\x80\xae\xe2\x82\xac\n";
  const std::string json = write_json(Document(text), JsonLayout::compact);
  EXPECT_EQ(json, "\"a\\u001b\\u007f\\u009b\\u202e\xe2\x82\xac\\n\"");
  EXPECT_EQ(parse_json(json).text(), text);
}

TEST(Utf8, BytesThatBeginNoCharacterAreReplacedAndTheRestStays) {
  const std::string good = "a\xc3\xa9\xf0\x9f\x98\x80\n";
  EXPECT_TRUE(is_utf8(good));
  EXPECT_EQ(as_utf8(good), good);
  EXPECT_EQ(as_utf8(""), "");
  for (const char* const bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "a\xb2z"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
    EXPECT_TRUE(is_utf8(as_utf8(bad))) << bad;
  }
  EXPECT_EQ(as_utf8("a\xb2z"), "a\xef\xbf\xbdz");
}

}  // namespace
}  // namespace h4h
