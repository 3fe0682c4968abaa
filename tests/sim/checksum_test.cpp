#include "sim/report/checksum.hpp"

#include <gtest/gtest.h>

#include "base/json/json_parser.hpp"
#include "tests/support/files.hpp"
#include "tests/support/mutations.hpp"

namespace h4h::sim {
namespace {

const Document kDocument{{"name", "a"}, {"checksum", "of its own"}, {"latency_s", 0.1}};

std::string complaint(const std::string& text) {
  return tests::message_of<ChecksumError>([&] { parse_json_with_checksum(text); });
}

TEST(Checksum, IsTheLastMemberAndLeavesTheDocumentAsItWas) {
  for (const JsonLayout layout : {JsonLayout::indented, JsonLayout::compact}) {
    const std::string text = json_with_checksum(kDocument, layout);
    EXPECT_EQ(parse_json(text).members().back().key, "checksum");
    EXPECT_EQ(parse_json_with_checksum(text), (Document{{"name", "a"}, {"latency_s", 0.1}}));
    const std::string line = text.substr(0, text.find_last_not_of('\n') + 1);
    EXPECT_EQ(parse_json_with_checksum(line), parse_json_with_checksum(line + "\n"));
    EXPECT_EQ(json_with_checksum(parse_json(text), layout), text);
  }
}

TEST(Checksum, ThatIsMissingOrOfAnotherTextIsRefused) {
  for (const std::string text : {"", "{}", "{", "{\"checksum\":", "{\"checksum\":\"0123\"}"}) {
    EXPECT_EQ(
        complaint(text).rfind("the checksum is missing: the file is cut off, or an earlier", 0), 0U)
        << text;
  }
  std::string edited = json_with_checksum(kDocument);
  edited.replace(edited.find("0.1"), 3, "0.2");
  EXPECT_EQ(complaint(edited), "the checksum does not match: the file is damaged or was edited");
}

TEST(Checksum, IsComparedBeforeAnythingIsParsed) {
  const std::string deep = std::string(100'000, '[') + "\"checksum\":\"0123456789abcdef\"";
  EXPECT_EQ(complaint(deep), "the checksum does not match: the file is damaged or was edited");
}

TEST(Checksum, NoRandomChangeOfBytesIsTakenForTheSameText) {
  const std::string text = json_with_checksum(kDocument, JsonLayout::compact);
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const std::string other = tests::mutated(text, seed);
    EXPECT_EQ(has_valid_checksum(other), other == text) << seed << ": " << other;
  }
}

}  // namespace
}  // namespace h4h::sim
