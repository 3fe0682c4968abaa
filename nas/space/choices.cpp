#include "nas/space/choices.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "base/text/number.hpp"

namespace h4h::nas {
namespace {

using yaml::Fields;
using yaml::Node;

constexpr std::size_t kMaxChoices = 1000;

class Reader {
 public:
  Reader(Fields& fields, std::string_view key, const Allowed& allowed)
      : fields_(fields), key_(key), allowed_(allowed) {}

  std::vector<double> read(const Node& node) {
    std::vector<double> choices;
    if (node.is_map()) {
      choices = range(node);
    } else if (node.is_list()) {
      choices = list(node);
    } else if (const auto value = number(node)) {
      choices = {*value};
    }
    if (choices.empty()) choices = {allowed_.low};
    return choices;
  }

 private:
  std::string what() const {
    return fmt::format("{} {}..{}", allowed_.step == 1 ? "a whole number" : "a number",
                       allowed_.low, allowed_.high) +
           (allowed_.step == 1 ? "" : fmt::format(" in steps of {}", allowed_.step));
  }

  void problem(int line, const std::string& message) {
    fields_.problem(line, fmt::format("{} {}", key_, message));
  }

  // As the nearest multiple of the step, so that 1.1 is 1.1 however it was reached.
  double snapped(double value) const {
    const double steps = std::round(1 / allowed_.step);
    return steps > 1 ? std::round(value * steps) / steps
                     : std::round(value / allowed_.step) * allowed_.step;
  }

  bool fits(double value) const {
    return value >= allowed_.low && value <= allowed_.high &&
           std::abs(snapped(value) - value) < 1e-9;
  }

  std::optional<double> number(const Node& node) {
    const auto value = parse_number<double>(node.text);
    if (node.is_text() && value && fits(*value)) return snapped(*value);
    problem(node.line,
            fmt::format("must be {}{}", what(),
                        node.is_text() ? fmt::format(", not '{}'", node.text.substr(0, 60)) : ""));
    return std::nullopt;
  }

  std::vector<double> list(const Node& node) {
    std::vector<double> choices;
    if (node.items.empty() || node.items.size() > kMaxChoices) {
      problem(node.line, fmt::format("must have 1..{} choices", kMaxChoices));
      return {};
    }
    for (const Node& item : node.items) {
      const auto value = number(item);
      if (!value) return {};
      if (!choices.empty() && *value <= choices.back()) {
        problem(item.line,
                fmt::format("must be ascending; {} comes after {}", *value, choices.back()));
        return {};
      }
      choices.push_back(*value);
    }
    return choices;
  }

  std::vector<double> range(const Node& node) {
    Fields range(node, fmt::format("{}{}", fields_.what(), key_), fields_.problems());
    const Node* const from = range.require("from", what());
    const Node* const to = range.require("to", what());
    const Node* const step = range.require("step", "the distance between two choices");
    range.finish();
    if (from == nullptr || to == nullptr || step == nullptr) return {};
    const auto low = number(*from), high = number(*to), distance = step_of(*step);
    if (!low || !high || !distance) return {};
    const double steps = std::round((*high - *low) / *distance);
    if (steps < 0 || steps + 1 > static_cast<double>(kMaxChoices) ||
        std::abs(*low + steps * *distance - *high) > 1e-9) {
      problem(node.line, fmt::format("must reach {} from {} in 0..{} steps of {}", *high, *low,
                                     kMaxChoices - 1, *distance));
      return {};
    }
    std::vector<double> choices;
    for (double i = 0; i <= steps; ++i) choices.push_back(snapped(*low + i * *distance));
    return choices;
  }

  std::optional<double> step_of(const Node& node) {
    const Allowed any{allowed_.step, allowed_.high, allowed_.step};
    return Reader(fields_, fmt::format("{}: step", key_), any).number(node);
  }

  Fields& fields_;
  std::string key_;
  Allowed allowed_;
};

}  // namespace

std::vector<double> read_choices(Fields& fields, std::string_view key, const Node& node,
                                 const Allowed& allowed) {
  return Reader(fields, key, allowed).read(node);
}

std::vector<double> read_words(Fields& fields, std::string_view key, const Node& node,
                               const std::vector<std::string_view>& words) {
  const std::vector<Node> alone{node};
  const std::vector<Node>& items = node.is_list() ? node.items : alone;
  std::vector<double> choices;
  for (const Node& item : items) {
    const std::size_t before = fields.problems().count();
    const auto place = static_cast<double>(fields.word(item, key, words));
    if (fields.problems().count() != before) break;
    if (!choices.empty() && place <= choices.back()) {
      fields.problem(item.line, fmt::format("{}: choices must be in the order {}, each once", key,
                                            fmt::join(words, ", ")));
      break;
    }
    choices.push_back(place);
  }
  if (items.empty()) fields.problem(node.line, fmt::format("{} must have a choice", key));
  return choices.empty() ? std::vector<double>{0} : choices;
}

}  // namespace h4h::nas
