#pragma once

#include <string>

namespace h4h::studies {

// What a value must be: "0.10 .. 0.25", ">= 1", "> 1", "<= 1", "< 1" or "== 1".
class Rule {
 public:
  // Throws std::invalid_argument that tells what a rule looks like.
  explicit Rule(const std::string& text);

  // Never for what is not a number. Bounds and equality allow for the rounding of doubles.
  bool allows(double value) const;
  // Some value from `low` to `high`; false where either is not a number.
  bool allows_some(double low, double high) const;
  const std::string& text() const { return text_; }

 private:
  enum class Kind { between, at_least, above, at_most, below, equal };

  void read_between(std::size_t dots);
  // The bounds, widened by the rounding of doubles.
  bool not_below(double value) const;
  bool not_above(double value) const;

  std::string text_;
  Kind kind_ = Kind::equal;
  double low_ = 0, high_ = 0;
};

}  // namespace h4h::studies
