#include "nas/recipe/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text/number.hpp"

namespace h4h::nas {
namespace {

using yaml::Fields;
using yaml::Node;

struct RealRange {
  double low, high;
  bool above_low = false;  // the lower end is not included
};

constexpr RealRange kShare{0, 1}, kProbability{0, 0.95}, kRate{0, 1e6, true}, kDecayRange{0, 1e3},
    kClip{0, 1e9, true}, kFactor{0, 1000};
constexpr yaml::Range kNetworks{2, 1000};

std::string text_of(RealRange range) {
  if (range.above_low) return fmt::format("a number above {}, at most {}", range.low, range.high);
  return fmt::format("a number {}..{}", range.low, range.high);
}

std::string shown(const Node& node) {
  return node.is_text() ? fmt::format("'{}'", node.text.substr(0, 60)) : "a list or map";
}

double real(Fields& fields, std::string_view key, const Node& node, RealRange range,
            std::string_view or_else = {}) {
  const auto value = node.is_text() ? parse_number<double>(node.text) : std::nullopt;
  const bool fits = value && std::isfinite(*value) && *value >= range.low && *value <= range.high &&
                    !(range.above_low && *value == range.low);
  if (fits) return *value;
  fields.problem(node.line,
                 fmt::format("{} must be {}{}, not {}", key, text_of(range), or_else, shown(node)));
  return range.high;
}

Setting number(std::string_view key, double Phase::*member, RealRange range) {
  return {key,
          [=](Fields& fields, const Node& node) -> Change {
            const double value = real(fields, key, node, range);
            return [=](Phase& phase) { phase.*member = value; };
          },
          [=](const Phase& phase) { return fmt::format("{}", phase.*member); }};
}

Setting networks() {
  return {"networks",
          [](Fields& fields, const Node& node) -> Change {
            const std::int64_t value = fields.number_of(node, "networks", kNetworks);
            return [=](Phase& phase) { phase.networks = value; };
          },
          [](const Phase& phase) { return fmt::format("{}", phase.networks); }};
}

// A number, or "none".
Setting clip() {
  return {"clip",
          [](Fields& fields, const Node& node) -> Change {
            const bool none = node.is_text() && node.text == "none";
            const double value = none ? kNoClip : real(fields, "clip", node, kClip, ", or none");
            return [=](Phase& phase) { phase.clip = value; };
          },
          [](const Phase& phase) {
            return phase.clip == kNoClip ? "none" : fmt::format("{}", phase.clip);
          }};
}

template <typename Enum>
Setting word(std::string_view key, Enum Phase::*member) {
  return {key,
          [=](Fields& fields, const Node& node) -> Change {
            const auto words = yaml::words_of(kEnumValues<Enum>);
            const Enum value = kEnumValues<Enum>.at(fields.word(node, key, words));
            return [=](Phase& phase) { phase.*member = value; };
          },
          [=](const Phase& phase) { return std::string(to_string(phase.*member)); }};
}

template <typename Enum>
EnumSet<Enum> members(Fields& fields, std::string_view key, const Node& node) {
  EnumSet<Enum> set{};
  const auto words = yaml::words_of(kEnumValues<Enum>);
  if (node.is_text() && node.text == "all") {
    for (const Enum value : kEnumValues<Enum>) set.add(value);
  } else if (!node.is_list()) {
    fields.problem(node.line, fmt::format("{} must be all, or a list of: {}; not {}", key,
                                          fmt::join(words, ", "), shown(node)));
  }
  for (const Node& item : node.is_list() ? node.items : std::vector<Node>{}) {
    const std::size_t before = fields.problems().count();
    const Enum value = kEnumValues<Enum>.at(fields.word(item, key, words));
    if (fields.problems().count() != before) continue;
    if (set.has(value)) {
      fields.problem(item.line, fmt::format("{} names {} twice", key, to_string(value)));
    }
    set.add(value);
  }
  return set;
}

template <typename Enum>
std::string written(const EnumSet<Enum>& set) {
  std::vector<std::string_view> words;
  for (const Enum value : kEnumValues<Enum>) {
    if (set.has(value)) words.push_back(to_string(value));
  }
  return fmt::format("[{}]", fmt::join(words, ", "));
}

Setting trained() {
  return {"trained",
          [](Fields& fields, const Node& node) -> Change {
            const auto set = members<ParameterGroup>(fields, "trained", node);
            if (node.is_list() && node.items.empty()) {
              fields.problem(node.line, "trained must name a group of parameters at least");
            }
            return [=](Phase& phase) { phase.trained = set; };
          },
          [](const Phase& phase) { return written(phase.trained); }};
}

Setting regularised() {
  return {"regularised",
          [](Fields& fields, const Node& node) -> Change {
            const auto set = members<SubnetKind>(fields, "regularised", node);
            return [=](Phase& phase) { phase.regularised = set; };
          },
          [](const Phase& phase) { return written(phase.regularised); }};
}

// What `node` says of one group: {learning_rate_factor: 0.5, weight_decay: 0.1}.
Change group_change(Fields& fields, ParameterGroup group, const Node& node) {
  if (!node.is_map()) {
    fields.problem(node.line,
                   fmt::format("groups: {} must be a map with learning_rate_factor, weight_decay",
                               to_string(group)));
    return [](Phase&) {};
  }
  Fields own(node, fmt::format("{}groups: {}", fields.what(), to_string(group)), fields.problems());
  std::optional<double> factor, decay;
  if (const Node* const value = own.find("learning_rate_factor")) {
    factor = real(own, "learning_rate_factor", *value, kFactor);
  }
  if (const Node* const value = own.find("weight_decay")) {
    decay = real(own, "weight_decay", *value, kDecayRange);
  }
  own.finish();
  return [=](Phase& phase) {
    GroupOptions& options = phase.groups[static_cast<std::size_t>(group)];
    if (factor) options.learning_rate_factor = *factor;
    if (decay) options.weight_decay = decay;
  };
}

Change read_groups(Fields& fields, const Node& node) {
  std::vector<Change> all;
  if (!node.is_map()) {
    fields.problem(node.line,
                   fmt::format("groups must be a map of: {}",
                               fmt::join(yaml::words_of(kEnumValues<ParameterGroup>), ", ")));
    return [](Phase&) {};
  }
  Fields own(node, fields.what() + "groups", fields.problems());
  for (const ParameterGroup group : kEnumValues<ParameterGroup>) {
    const Node* const value = own.find(to_string(group));
    if (value != nullptr) all.push_back(group_change(fields, group, *value));
  }
  own.finish();
  return [all](Phase& phase) {
    for (const Change& change : all) change(phase);
  };
}

std::string write_groups(const Phase& phase) {
  std::vector<std::string> all;
  for (const ParameterGroup group : kEnumValues<ParameterGroup>) {
    const GroupOptions& options = phase.of(group);
    std::string text = fmt::format("{}: {{learning_rate_factor: {}", to_string(group),
                                   options.learning_rate_factor);
    if (options.weight_decay) text += fmt::format(", weight_decay: {}", *options.weight_decay);
    all.push_back(text + "}");
  }
  return fmt::format("{{{}}}", fmt::join(all, ", "));
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      word("subspace", &Phase::subspace),
      trained(),
      networks(),
      number("learning_rate", &Phase::learning_rate, kRate),
      number("warm_up", &Phase::warm_up, kShare),
      word("decay", &Phase::decay),
      number("final_rate", &Phase::final_rate, kShare),
      number("weight_decay", &Phase::weight_decay, kDecayRange),
      clip(),
      number("label_smoothing", &Phase::label_smoothing, kProbability),
      word("distillation", &Phase::distillation),
      number("dropout", &Phase::dropout, kProbability),
      number("drop_connect", &Phase::drop_connect, kProbability),
      regularised(),
      word("augmentation", &Phase::augmentation),
      word("gradients", &Phase::gradients),
      number("projection_from", &Phase::projection_from, kShare),
      {"groups", read_groups, write_groups},
  };
  return all;
}

}  // namespace h4h::nas
