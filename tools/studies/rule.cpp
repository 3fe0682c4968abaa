#include "tools/studies/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/text/number.hpp"
#include "base/text/trim.hpp"

namespace h4h::studies {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw std::invalid_argument(
      fmt::format("'{}' is not a rule: LOW .. HIGH, or one of >= > <= < == and a number", text));
}

double number(const std::string& part, const std::string& text) {
  const std::optional<double> value = parse_number<double>(trimmed(part));
  if (!value || !std::isfinite(*value)) refuse(text);
  return *value;
}

double rounding(double bound) { return 1e-9 * std::max(1.0, std::abs(bound)); }

}  // namespace

Rule::Rule(const std::string& text) : text_(text) {
  if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
    read_between(dots);
    return;
  }
  for (const auto& [sign, kind] :
       {std::pair{">=", Kind::at_least}, std::pair{"<=", Kind::at_most},
        std::pair{"==", Kind::equal}, std::pair{">", Kind::above}, std::pair{"<", Kind::below}}) {
    if (text.rfind(sign, 0) != 0) continue;
    kind_ = kind;
    low_ = high_ = number(text.substr(std::string(sign).size()), text);
    return;
  }
  refuse(text);
}

void Rule::read_between(std::size_t dots) {
  kind_ = Kind::between;
  low_ = number(text_.substr(0, dots), text_);
  high_ = number(text_.substr(dots + 2), text_);
  if (low_ > high_) refuse(text_);
}

bool Rule::not_below(double value) const { return value >= low_ - rounding(low_); }
bool Rule::not_above(double value) const { return value <= high_ + rounding(high_); }

bool Rule::allows(double value) const { return allows_some(value, value); }

bool Rule::allows_some(double low, double high) const {
  if (std::isnan(low) || std::isnan(high)) return false;
  switch (kind_) {
    case Kind::at_least:
      return not_below(high);
    case Kind::at_most:
      return not_above(low);
    case Kind::above:
      return !not_above(high);
    case Kind::below:
      return !not_below(low);
    case Kind::between:
    case Kind::equal:
      break;
  }
  return not_below(high) && not_above(low);
}

}  // namespace h4h::studies
