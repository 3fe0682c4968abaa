#include "tools/h4h/vary_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/text/trim.hpp"

namespace h4h::tools {
namespace {

constexpr std::int64_t kMostValues = 100'000;

// A decimal number of a range as digits x 10^-decimals, and the unit behind it.
struct RangeNumber {
  std::int64_t digits = 0;
  int decimals = 0;
  std::string unit;
};

constexpr int kMostDigits = 15;

RangeNumber range_number(std::string_view text) {
  RangeNumber number;
  bool point = false;
  int count = 0;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point) {
      point = true;
    } else if (std::isdigit(static_cast<unsigned char>(text[i])) != 0) {
      number.digits = 10 * number.digits + (text[i] - '0');
      number.decimals += point ? 1 : 0;
      if (++count > kMostDigits) break;
    } else {
      break;
    }
  }
  number.unit = trimmed(text.substr(i));
  const bool unit = number.unit.empty() || number.unit == "%" ||
                    std::isalpha(static_cast<unsigned char>(number.unit[0])) != 0;
  if (count == 0 || count > kMostDigits || !unit) {
    throw UsageError(fmt::format("'{}' is not a number", text));
  }
  return number;
}

// The same number with so many decimals.
std::int64_t with_decimals(const RangeNumber& number, int decimals) {
  std::int64_t digits = number.digits;
  for (int d = number.decimals; d < decimals; ++d) {
    if (__builtin_mul_overflow(digits, 10, &digits)) throw UsageError("too many digits");
  }
  return digits;
}

std::string decimal_text(std::int64_t digits, int decimals) {
  std::string text = fmt::format("{:0{}}", digits, decimals + 1);
  if (decimals == 0) return text;
  text.insert(text.size() - static_cast<std::size_t>(decimals), ".");
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string common_unit(const std::vector<RangeNumber>& numbers) {
  std::string unit;
  for (const RangeNumber& number : numbers) {
    if (number.unit.empty()) continue;
    if (!unit.empty() && unit != number.unit) {
      throw UsageError(fmt::format("one unit is needed, not {} and {}", unit, number.unit));
    }
    unit = number.unit;
  }
  return unit;
}

Arguments expand(const RangeNumber& low, const RangeNumber& high, const RangeNumber& step) {
  const std::string unit = common_unit({low, high, step});
  const int decimals = std::max({low.decimals, high.decimals, step.decimals});
  const std::int64_t first = with_decimals(low, decimals), last = with_decimals(high, decimals);
  const std::int64_t by = with_decimals(step, decimals);
  if (by == 0) throw UsageError("the step must not be 0");
  if (last < first) throw UsageError("LOW must not be above HIGH");
  if ((last - first) / by >= kMostValues) {
    throw UsageError(fmt::format("more than {} values", kMostValues));
  }
  Arguments values;
  for (std::int64_t i = 0; i <= (last - first) / by; ++i) {
    values.push_back(decimal_text(first + i * by, decimals) + (unit.empty() ? "" : " " + unit));
  }
  return values;
}

}  // namespace

Arguments expand_range(const std::string& text) {
  const std::size_t dots = text.find("..");
  const bool starts_with_digit =
      !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
  if (dots == std::string::npos || !starts_with_digit) return {text};
  const std::size_t colon = text.find(':', dots);
  const RangeNumber low = range_number(text.substr(0, dots));
  const RangeNumber high = range_number(trimmed(text.substr(dots + 2, colon - dots - 2)));
  RangeNumber step{1, 0, ""};
  if (colon != std::string::npos) step = range_number(trimmed(text.substr(colon + 1)));
  return expand(low, high, step);
}

}  // namespace h4h::tools
