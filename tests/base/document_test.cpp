#include "base/json/document.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/files.hpp"

namespace h4h {
namespace {

TEST(Document, BracesMakeObjectsWhoseMembersKeepTheirOrder) {
  const Document document{{"z", 1}, {"a", {{"inside", "text"}}}};
  ASSERT_EQ(document.members().size(), 2u);
  EXPECT_EQ(document.members()[0].key, "z");
  EXPECT_EQ(document.at("a").at("inside").text(), "text");
}

TEST(Document, OneMemberInBracesIsAnObjectAndOneDocumentInBracesIsACopy) {
  const Document one{{"a", 1}};
  EXPECT_TRUE(one.is_object());
  EXPECT_EQ(Document{one}, one);
}

TEST(Document, ValuesHaveTheKindOfTheirTypes) {
  EXPECT_TRUE(Document().is_null());
  EXPECT_TRUE(Document(true).is_boolean());
  EXPECT_TRUE(Document(std::size_t{3}).is_integer());
  EXPECT_TRUE(Document(3.0).is_number());
  EXPECT_FALSE(Document(3.0).is_integer());
  EXPECT_TRUE(Document("x").is_text());
  EXPECT_TRUE(Document(std::vector<std::string>{"a", "b"}).is_array());
  EXPECT_TRUE(Document(std::optional<double>()).is_null());
  EXPECT_EQ(Document(std::optional<int>(4)).integer(), 4);
}

TEST(Document, OfTwoEqualKeysTheLaterValueStandsInTheFirstPlace) {
  const Document document{{"a", 1}, {"b", 2}, {"a", 3}};
  ASSERT_EQ(document.members().size(), 2u);
  EXPECT_EQ(document.members()[0].value.integer(), 3);
}

TEST(Document, AnUpdateReplacesMembersInPlaceAndAddsOthersAtTheEnd) {
  Document document{{"a", 1}, {"b", 2}};
  document.update({{"c", 4}, {"a", 3}});
  EXPECT_EQ(document, (Document{{"a", 3}, {"b", 2}, {"c", 4}}));
}

TEST(Document, AnIndexedMemberIsAddedAndCanBeErased) {
  Document document;
  document["a"]["b"] = 1;
  EXPECT_EQ(document, (Document{{"a", {{"b", 1}}}}));
  document.erase("a");
  EXPECT_EQ(document, Document::object());
}

TEST(Document, ArraysTakeItemsAndNullBecomesOne) {
  Document document;
  document.push_back(1);
  document.push_back("two");
  EXPECT_EQ(document, Document::array({1, "two"}));
  EXPECT_THROW(Document(1).push_back(2), DocumentError);
}

TEST(Document, IntegersKeepTheWholeRangeOfBothSigns) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(Document(most).unsigned_integer(), most);
  EXPECT_THROW(Document(most).integer(), DocumentError);
  EXPECT_EQ(Document(std::int64_t{-7}).integer(), -7);
  EXPECT_THROW(Document(-7).unsigned_integer(), DocumentError);
  EXPECT_EQ(Document(std::uint64_t{7}), Document(7)) << "equal numbers are equal values";
}

TEST(Document, TheShortestFormOfAWholeNumberIsAnInteger) {
  EXPECT_EQ(Document::shortest(16.0), Document(16));
  EXPECT_EQ(Document::shortest(0.25), Document(0.25));
  EXPECT_EQ(Document::shortest(1e300), Document(1e300));
}

TEST(Document, AMissingMemberIsNamed) {
  EXPECT_EQ(tests::message_of<DocumentError>([] {
              Document{{"a", 1}}.at("latency_s");
            }),
            "'latency_s' is missing");
}

TEST(Document, AValueOfAnotherKindIsRefusedWithBothKinds) {
  EXPECT_EQ(tests::message_of<DocumentError>([] { Document("x").number(); }),
            "must be a number, not a string");
  EXPECT_THROW(Document(1.5).integer(), DocumentError);
  EXPECT_THROW(Document(1).at("a"), DocumentError);
  EXPECT_THROW(Document::array({1}).at(1), DocumentError);
}

}  // namespace
}  // namespace h4h
