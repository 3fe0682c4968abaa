#include "base/enum_values.hpp"

#include <gtest/gtest.h>

namespace h4h {
namespace {

enum class Fruit { apple, pear, quince };
enum class Narrow : signed char { one, two };
enum class Empty {};

std::string_view to_string(Fruit fruit) {
  switch (fruit) {
    case Fruit::apple:
      return "apple";
    case Fruit::pear:
      return "a pear";
    case Fruit::quince:
      return "quince";
  }
  return "";
}

struct Outer {
  enum class Inner { a, b, c, d };
};

TEST(EnumValues, AreAllEnumeratorsInOrder) {
  static_assert(kEnumCount<Fruit> == 3);
  EXPECT_EQ(kEnumValues<Fruit>, (std::array{Fruit::apple, Fruit::pear, Fruit::quince}));
}

TEST(EnumValues, AreThoseOfNestedNarrowAndEmptyEnums) {
  static_assert(kEnumCount<Outer::Inner> == 4);
  static_assert(kEnumCount<Narrow> == 2);
  static_assert(kEnumCount<Empty> == 0);
  EXPECT_EQ(kEnumValues<Outer::Inner>.back(), Outer::Inner::d);
}

TEST(EnumNamed, FindsTheEnumeratorOfAWordAndNoOther) {
  for (const Fruit fruit : kEnumValues<Fruit>) {
    EXPECT_EQ(enum_named<Fruit>(to_string(fruit)), fruit);
  }
  for (const char* const word : {"", "pear", "Apple", "apples"}) {
    EXPECT_FALSE(enum_named<Fruit>(word)) << word;
  }
  EXPECT_EQ(enum_words<Fruit>(), (std::vector<std::string>{"apple", "a pear", "quince"}));
}

}  // namespace
}  // namespace h4h
