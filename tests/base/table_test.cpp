#include "base/table/table.hpp"

#include <gtest/gtest.h>

#include "base/csv/csv_writer.hpp"
#include "base/text/table_writer.hpp"

namespace h4h {
namespace {

Table layers() {
  Table table({text_column("layer"), integer_column("cycles"), real_column("latency_s")});
  table.add_row({"stem", 1200, 1.5e-6});
  table.add_row({"a, \"b\"", Cell(), 2.0});
  return table;
}

TEST(Table, ARowOfAnotherWidthIsRefused) {
  Table table({text_column("a"), text_column("b")});
  EXPECT_THROW(table.add_row({"x"}), std::invalid_argument);
}

TEST(Table, ACellOfAnotherTypeIsRefused) {
  Table table({integer_column("cycles")});
  EXPECT_THROW(table.add_row({"12"}), std::invalid_argument);
  EXPECT_THROW(table.add_row({1.5}), std::invalid_argument);
  table.add_row({Cell()});
  EXPECT_TRUE(table.rows()[0][0].is_empty());
}

TEST(Table, ASecondColumnOfANameIsRefused) {
  EXPECT_THROW(Table({text_column("a"), real_column("a")}), std::invalid_argument);
  Table table({text_column("a")});
  EXPECT_THROW(table.add_constant(text_column("a"), "x"), std::invalid_argument);
}

TEST(Table, ColumnsComeBeforeRows) {
  Table table = layers();
  EXPECT_THROW(table.add_column(text_column("op")), std::invalid_argument);
}

TEST(Table, AConstantColumnHasItsValueInEveryRow) {
  Table table = layers();
  table.add_constant(text_column("schema"), "h4h.layers/1");
  table.add_constant(text_column("space"), "s", 0);
  for (const std::vector<Cell>& row : table.rows()) {
    EXPECT_EQ(row.front(), Cell("s"));
    EXPECT_EQ(row.back(), Cell("h4h.layers/1"));
  }
}

TEST(CsvWriter, AHeaderThenARowALine) {
  EXPECT_EQ(write_csv(layers()),
            "layer,cycles,latency_s\nstem,1200,1.5e-06\n\"a, \"\"b\"\"\",,2\n");
}

TEST(CsvWriter, RowsAloneHaveNoHeader) {
  Table table({text_column("a")});
  table.add_row({"x"});
  EXPECT_EQ(write_csv_rows(table), "x\n");
}

TEST(CsvWriter, FieldsStandInQuotesWhereTheyMust) {
  EXPECT_EQ(csv_field("plain; text"), "\"plain; text\"");
  EXPECT_EQ(csv_field("two\nlines"), "two\\nlines");
  EXPECT_EQ(csv_field(" blanks "), "\" blanks \"");
}

TEST(TableWriter, TextsAreFlushLeftAndNumbersFlushRight) {
  Table table({text_column("layer"), integer_column("cycles"),
               real_column("share").with_format(".1f").with_suffix(" %")});
  table.add_row({"stem", 1200, 12.34});
  table.add_row({"a long name", 7, 100.0});
  EXPECT_EQ(write_text(table),
            "layer        cycles    share\n"
            "stem           1200   12.3 %\n"
            "a long name       7  100.0 %\n");
}

TEST(TableWriter, ColumnsAreAsWideAsTheySayAndLinesEndWithTheirLastValue) {
  Table table({text_column("op").with_width(6), text_column("out").with_text_right().with_gap(1),
               text_column("note")});
  table.add_row({"conv", "8x8", ""});
  table.add_row({"fc", "1", "last"});
  EXPECT_EQ(write_text(table), "op     out  note\nconv   8x8\nfc       1  last\n");
}

TEST(TableWriter, AnEmptyCellShowsWhatItsColumnSays) {
  Table table({text_column("platform"), real_column("ms").with_empty("none")});
  table.add_row({"a", Cell()});
  table.add_row({Cell(), 1.5});
  EXPECT_EQ(write_text(table), "platform    ms\na         none\n           1.5\n");
}

TEST(TableWriter, WidthsCountCharactersNotBytes) {
  Table table({text_column("name"), text_column("x")});
  table.add_row({"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4", "1"});
  EXPECT_EQ(write_text(table), "name   x\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4  1\n");
}

TEST(TableWriter, ShortensTheFirstColumnToFitAWidthButNotBelowItsLeast) {
  Table table({text_column("layer"), integer_column("cycles")});
  table.add_row({"stage1.1/depthwise", 1200});
  table.add_row({"stem", 7});
  EXPECT_EQ(write_text(table, 20, 8),
            "layer         cycles\n"
            "...depthwise    1200\n"
            "stem               7\n");
  EXPECT_EQ(write_text(table, 10, 8),
            "layer     cycles\n"
            "...hwise    1200\n"
            "stem           7\n");
  EXPECT_EQ(write_text(table, 80, 8), write_text(table));
}

}  // namespace
}  // namespace h4h
