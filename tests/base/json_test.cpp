#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"

namespace h4h {
namespace {

std::string compact(const Document& document) { return write_json(document, JsonLayout::compact); }

TEST(JsonWriter, IndentedTextHasOneValueALine) {
  EXPECT_EQ(write_json({{"a", 1}, {"b", Document::array({true, Document()})}}),
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}\n");
}

TEST(JsonWriter, EmptyArraysAndObjectsStayOnTheirLine) {
  EXPECT_EQ(write_json({{"a", Document::array()}, {"b", Document::object()}}),
            "{\n  \"a\": [],\n  \"b\": {}\n}\n");
}

TEST(JsonWriter, CompactTextHasNoBlanks) {
  EXPECT_EQ(compact({{"a", Document::array({1, "x y"})}}), R"({"a":[1,"x y"]})");
}

TEST(JsonWriter, LinesHoldTheObjectsOfArraysOfTheTopLevel) {
  const Document points = Document::array({Document{{"x", 1}}, Document{{"x", 2}}});
  EXPECT_EQ(write_json({{"axes", Document::array({"x"})}, {"points", points}}, JsonLayout::lines),
            "{\"axes\":[\"x\"],\"points\":[\n{\"x\":1},\n{\"x\":2}\n]}\n");
}

TEST(JsonWriter, RealsReadAsRealsAndWhatIsNotFiniteIsNull) {
  EXPECT_EQ(compact(Document::array({1.0, 0.1, 1e-5, 1.5e300, -0.0})),
            "[1.0,0.1,1e-05,1.5e+300,-0.0]");
  EXPECT_EQ(compact(Document::array({std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::quiet_NaN()})),
            "[null,null]");
}

TEST(JsonWriter, StringsAreEscapedAndBytesThatAreNoUtf8Replaced) {
  EXPECT_EQ(compact("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(compact("\xc3\xa4"), "\"\xc3\xa4\"");
  EXPECT_EQ(compact("\xff"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(json_string("\xc3\xa4"), R"("\u00e4")");
}

// The format of files that scripts compare byte by byte.
TEST(JsonWriter, TextIsThatOfNlohmannsOrderedJson) {
  const auto json = nlohmann::ordered_json::parse(
      R"({"b":[1,2.5,[],{}],"a":{"c":null,"d":"é\"\u0007","e":[{"f":18446744073709551615}]},"g":-3})");
  const Document document = parse_json(json.dump());
  EXPECT_EQ(write_json(document), json.dump(2) + "\n");
  EXPECT_EQ(compact(document), json.dump());
}

TEST(JsonParser, WhatIsWrittenReadsBackEqual) {
  const Document document{{"text", "a\"\n\xc3\xa4"},
                          {"integer", std::int64_t{-5}},
                          {"large", std::numeric_limits<std::uint64_t>::max()},
                          {"real", 0.1 + 0.2},
                          {"whole", 2.0},
                          {"items", Document::array({true, Document(), Document::object()})}};
  EXPECT_EQ(parse_json(write_json(document)), document);
  EXPECT_EQ(parse_json(compact(document)), document);
}

std::string problem(const std::string& text) {
  try {
    parse_json(text);
  } catch (const JsonError& error) {
    return error.what();
  }
  return "none";
}

TEST(JsonParser, OtherTextIsRefused) {
  EXPECT_EQ(problem(""), "not JSON");
  EXPECT_EQ(problem("{\"a\":1"), "not JSON");
  EXPECT_EQ(problem("{} x"), "not JSON");
  EXPECT_EQ(problem(std::string("{}\0", 3)), "not JSON");
  EXPECT_TRUE(parse_json_or_null("{\"variant\":8,\"measu").is_null());
}

TEST(JsonParser, AKeyThatIsGivenTwiceIsRefused) {
  EXPECT_EQ(problem(R"({"a":{"b":1,"b":2}})"), "key \"b\" is given twice");
}

TEST(JsonParser, DeepNestingIsRefused) {
  const std::size_t deep = 1'000'000;
  EXPECT_EQ(problem(std::string(deep, '[') + std::string(deep, ']')),
            "nested deeper than 1000 levels");
}

}  // namespace
}  // namespace h4h
