#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "base/enum_values.hpp"
#include "base/json/json_parser.hpp"
#include "base/json/json_writer.hpp"
#include "tests/support/files.hpp"

namespace h4h {
namespace {

using tests::message_of;

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

TEST(JsonWriter, PartsThatAreTakenAreTheText) {
  JsonWriter writer(JsonLayout::lines);
  writer.begin_object().key("a").begin_array().begin_object().end_object();
  EXPECT_EQ(writer.size(), 9u);
  std::string text = writer.take_part();
  EXPECT_EQ(writer.size(), 0u);
  text += writer.begin_object().end_object().take_part();
  text += writer.end_array().end_object().take();
  EXPECT_EQ(text, "{\"a\":[\n{},\n{}\n]}\n");
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
  EXPECT_EQ(compact("\x7f"), R"("\u007f")");
  EXPECT_EQ(json_string("\xc3\xa4 \"b\""), "\"\xc3\xa4 \\\"b\\\"\"");
}

TEST(JsonWriter, PiecesGiveTheTextOfTheDocument) {
  const Document event{{"name", "a\n"}, {"bytes", 5}, {"none", Document::array()}};
  const Document all{{"unit", "ns"}, {"events", Document::array({event, event})}, {"n", -1}};
  for (const JsonLayout layout : kEnumValues<JsonLayout>) {
    JsonWriter writer(layout);
    writer.begin_object().key("unit").text("ns").key("events").begin_array();
    for (int i = 0; i < 2; ++i) {
      writer.begin_object().key("name").text("a\n").key("bytes").integer(5);
      writer.key("none").begin_array().end_array().end_object();
    }
    writer.end_array().key("n").value(-1).end_object();
    EXPECT_EQ(writer.take(), write_json(all, layout));
  }
}

TEST(JsonWriter, DecimalsAreExactAndKeepTheirZeros) {
  JsonWriter writer(JsonLayout::compact);
  writer.begin_array().decimal(1'500'000, 6).decimal(7, 6).decimal(-1'000'001, 6).decimal(0, 1);
  writer.decimal(INT64_MIN, 18).end_array();
  EXPECT_EQ(writer.take(), "[1.500000,0.000007,-1.000001,0.0,-9.223372036854775808]");
}

TEST(JsonWriter, WhatIsJsonAlreadyStaysAsItIs) {
  JsonWriter writer(JsonLayout::compact);
  writer.begin_object().key("id").json("1.50").key("x").value(2.0).end_object();
  EXPECT_EQ(writer.take(), R"({"id":1.50,"x":2.0})");
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

TEST(JsonParser, MoreValuesThanAllowedAreRefused) {
  const JsonLimits five{1000, 5};
  EXPECT_EQ(parse_json("[1,{\"a\":[2]}]", five).items().size(), 2u);
  EXPECT_EQ(message_of<JsonError>([&] { parse_json("[1,{\"a\":[2,3]}]", five); }),
            "more than 5 values");
}

// Half a million members: comparing every key with those before it would take an hour.
TEST(JsonParser, AnObjectWithVeryManyKeysTakesTimeInProportion) {
  constexpr int kMembers = 500'000;
  std::string text = "{";
  for (int i = 0; i < kMembers; ++i) text += fmt::format("\"key number {}\":{},", i, i);
  const Document document = parse_json(text + "\"last\":0}");
  EXPECT_EQ(document.members().size(), kMembers + 1u);
  EXPECT_EQ(document.members()[kMembers / 2].key, fmt::format("key number {}", kMembers / 2));
  EXPECT_EQ(problem(text + "\"key number 400000\":0}"), "key \"key number 400000\" is given twice");
}

}  // namespace
}  // namespace h4h
