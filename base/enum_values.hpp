#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h4h {
namespace detail {

// Whether `value` is one of its enum's enumerators. GCC and Clang spell an enumerator by its name,
// "Event::npu_mac", and any other value as a cast, "(Event)12". There is no standard way in C++17.
template <auto value>
constexpr bool is_enumerator() {
  constexpr std::string_view spelled = __PRETTY_FUNCTION__;  // ends with the value and ']'
  constexpr std::size_t cast = spelled.rfind(')');
  return spelled[cast + 1] < '0' || spelled[cast + 1] > '9';
}

template <typename Enum, std::size_t count = 0>
constexpr std::size_t count_enumerators() {
  if constexpr (is_enumerator<static_cast<Enum>(count)>()) {
    return count_enumerators<Enum, count + 1>();
  }
  return count;
}

template <typename Enum, std::size_t... i>
constexpr std::array<Enum, sizeof...(i)> enumerators(std::index_sequence<i...> /*count*/) {
  return {static_cast<Enum>(i)...};
}

}  // namespace detail

// The number of enumerators of a scoped enum whose values are 0, 1, 2, ... without a gap.
template <typename Enum>
inline constexpr std::size_t kEnumCount = detail::count_enumerators<Enum>();

// All of them in order, as the compiler knows them: an enumerator that is added to the enum is in
// the list.
template <typename Enum>
inline constexpr std::array<Enum, kEnumCount<Enum>> kEnumValues =
    detail::enumerators<Enum>(std::make_index_sequence<kEnumCount<Enum>>{});

// The enumerator that to_string() of its namespace spells `word`; nullopt where none does.
template <typename Enum>
std::optional<Enum> enum_named(std::string_view word) {
  for (const Enum value : kEnumValues<Enum>) {
    if (to_string(value) == word) return value;
  }
  return std::nullopt;
}

// The words of to_string() for all of them, in order.
template <typename Enum>
std::vector<std::string> enum_words() {
  std::vector<std::string> words;
  for (const Enum value : kEnumValues<Enum>) words.emplace_back(to_string(value));
  return words;
}

}  // namespace h4h
