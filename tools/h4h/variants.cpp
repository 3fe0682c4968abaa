#include "tools/h4h/variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/csv/csv_table.hpp"
#include "base/text/trim.hpp"
#include "platforms/description/keys.hpp"
#include "tools/h4h/vary_range.hpp"

namespace h4h::tools {
namespace {

constexpr std::size_t kMostVariants = 100'000;

// Of an item of `axis`, with the axis named where the item is wrong.
Arguments values_of(const std::string& item, const std::string& axis) {
  try {
    return expand_range(item);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--vary {}: range '{}': {}", axis, item, error.what()));
  }
}

// For "4-8 GB/s": how several values are written.
std::string list_hint(const std::string& value) {
  const std::size_t dash = value.find('-', 1);
  const bool between = dash != std::string::npos && std::isdigit(value[dash - 1]) != 0 &&
                       dash + 1 < value.size() && std::isdigit(value[dash + 1]) != 0;
  return between ? "; several values: a list '4 GB/s,8 GB/s' or a range '4..8:2 GB/s'" : "";
}

platforms::Override change_of(const std::string& key, const std::string& value) {
  try {
    return platforms::parse_override(key, value, "--vary");
  } catch (const platforms::OverrideError& error) {
    throw platforms::OverrideError(error.what() + list_hint(value));
  }
}

Axis axis_of(const std::string& text) {
  const std::size_t sign = text.find('=');
  Axis axis{std::string(trimmed(text.substr(0, sign))), {}};
  Arguments values;
  std::size_t at = sign;
  while (at != std::string::npos) {
    const std::size_t end = text.find(',', at + 1);
    for (std::string& value :
         values_of(std::string(trimmed(text.substr(at + 1, end - at - 1))), text)) {
      values.push_back(std::move(value));
    }
    at = end;
  }
  if (axis.key.empty() || values.empty() ||
      std::any_of(values.begin(), values.end(), [](const auto& v) { return v.empty(); })) {
    throw UsageError(fmt::format("--vary '{}' is not KEY=VALUE,... or KEY=LOW..HIGH[:STEP]", text));
  }
  for (const std::string& value : values) axis.values.push_back(change_of(axis.key, value));
  return axis;
}

void check_count(std::size_t variants) {
  if (variants > kMostVariants)
    throw UsageError(fmt::format("more than {} variants", kMostVariants));
}

void add_key(Variants& variants, const std::string& key) {
  if (std::find(variants.axes.begin(), variants.axes.end(), key) != variants.axes.end()) {
    throw UsageError(fmt::format("--vary: {} is varied twice", key));
  }
  variants.axes.push_back(key);
}

std::vector<platforms::Override> changes_of(const CsvRow& row, const Variants& variants,
                                            const std::string& file) {
  std::vector<platforms::Override> changes;
  for (const std::string& key : variants.axes) {
    if (!row.has(key)) throw CsvError(key + " is missing");
    changes.push_back(
        platforms::parse_override(key, row.text(key), platforms::Origin{file, row.line()}));
  }
  return changes;
}

// Of a file. Throws CsvError, and what platforms::parse_override() throws of a value.
class FileRows {
 public:
  FileRows(Variants& variants, std::string file) : variants_(variants), file_(std::move(file)) {}

  void add(const CsvRow& row) {
    variants_.changes.push_back(changes_of(row, variants_, file_));
    const auto [first, added] = lines_.emplace(variants_.texts(variants_.size() - 1), row.line());
    if (!added) throw CsvError(fmt::format("the same variant as in line {}", first->second));
  }

 private:
  Variants& variants_;
  const std::string file_;
  std::map<Arguments, int> lines_;  // by the values in them
};

bool all_known(const Arguments& keys) {
  return std::all_of(keys.begin(), keys.end(),
                     [](const auto& key) { return platforms::find_value_key(key) != nullptr; });
}

// Its mistakes are the file's, not the command line's. A column that is no key is one mistake, not
// one in every row.
void read_file(Variants& variants, const std::string& file) {
  Problems problems;
  const CsvTable table(file, {}, problems);
  for (const auto& column : table.columns) add_key(variants, column.first);
  variants.changes.clear();
  FileRows rows(variants, file);
  for (const CsvRow& row : table.rows) {
    try {
      rows.add(row);
    } catch (const std::runtime_error& error) {
      problems.add(row.line(), error.what());
      if (!all_known(variants.axes)) break;
    }
    if (variants.size() <= kMostVariants) continue;
    problems.add(row.line(), fmt::format("more than {} variants", kMostVariants));
    break;
  }
  refuse(problems, file);
  if (variants.changes.empty()) throw CsvError(file + ": no variants");
}

void multiply(Variants& variants, const Axis& axis) {
  add_key(variants, axis.key);
  check_count(variants.changes.size() * axis.values.size());
  std::vector<std::vector<platforms::Override>> all;
  for (const std::vector<platforms::Override>& before : variants.changes) {
    for (const platforms::Override& value : axis.values) {
      all.push_back(before);
      all.back().push_back(value);
    }
  }
  variants.changes = std::move(all);
}

}  // namespace

Arguments Axis::texts() const {
  Arguments texts;
  for (const platforms::Override& value : values) texts.push_back(value.text);
  return texts;
}

std::vector<Axis> axes_of(const Arguments& axes) {
  std::vector<Axis> all;
  for (const std::string& text : axes) {
    Axis axis = axis_of(text);
    const Arguments values = axis.texts();
    if (std::set<std::string>(values.begin(), values.end()).size() < values.size()) {
      throw UsageError(fmt::format("--vary {}: a value is given twice", text));
    }
    const auto same = [&](const Axis& other) { return other.key == axis.key; };
    if (std::any_of(all.begin(), all.end(), same)) {
      throw UsageError(fmt::format("--vary: {} is varied twice", axis.key));
    }
    all.push_back(std::move(axis));
  }
  return all;
}

Arguments Variants::texts(std::size_t variant) const {
  Arguments texts;
  for (const platforms::Override& change : changes.at(variant)) texts.push_back(change.text);
  return texts;
}

Variants variants_of(const Arguments& axes, const std::optional<std::string>& file) {
  Variants variants{{}, {{}}};
  if (file) read_file(variants, *file);
  for (const std::string& axis : axes) multiply(variants, axis_of(axis));
  std::set<Arguments> distinct;
  for (std::size_t i = 0; i < variants.size(); ++i) distinct.insert(variants.texts(i));
  if (distinct.size() < variants.size())
    throw UsageError(fmt::format("{} of {} variants are given twice",
                                 variants.size() - distinct.size(), variants.size()));
  return variants;
}

}  // namespace h4h::tools
