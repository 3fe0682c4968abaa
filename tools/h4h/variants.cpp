#include "tools/h4h/variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/csv/csv_table.hpp"

namespace h4h::tools {
namespace {

constexpr std::size_t kMostVariants = 100'000;

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

struct Axis {
  std::string key;
  Arguments values;
};

Axis axis_of(const std::string& text) {
  const std::size_t sign = text.find('=');
  Axis axis{trimmed(text.substr(0, sign)), {}};
  std::size_t at = sign;
  while (at != std::string::npos) {
    const std::size_t end = text.find(',', at + 1);
    axis.values.push_back(trimmed(text.substr(at + 1, end - at - 1)));
    at = end;
  }
  const auto& values = axis.values;
  if (axis.key.empty() || values.empty() ||
      std::any_of(values.begin(), values.end(), [](const auto& v) { return v.empty(); })) {
    throw UsageError(fmt::format("--vary '{}' is not KEY=VALUE,VALUE,...", text));
  }
  return axis;
}

void check_count(std::size_t variants) {
  if (variants > kMostVariants)
    throw UsageError(fmt::format("more than {} variants", kMostVariants));
}

void add_key(Variants& variants, const std::string& key) {
  if (std::find(variants.axes.begin(), variants.axes.end(), key) != variants.axes.end()) {
    throw UsageError(fmt::format("{} varies twice", key));
  }
  variants.axes.push_back(key);
}

void read_file(Variants& variants, const std::string& file) {
  const CsvTable table(file, {});
  for (const auto& column : table.columns) add_key(variants, column.first);
  variants.values.clear();
  for (const CsvRow& row : table.rows) {
    Arguments& values = variants.values.emplace_back();
    for (const auto& column : table.columns) {
      if (!row.has(column.first)) {
        throw CsvError(fmt::format("{}:{}: {} is missing", file, row.line(), column.first));
      }
      values.push_back(row.text(column.first));
    }
    check_count(variants.values.size());
  }
}

void multiply(Variants& variants, const Axis& axis) {
  add_key(variants, axis.key);
  check_count(variants.values.size() * axis.values.size());
  std::vector<Arguments> all;
  for (const Arguments& before : variants.values) {
    for (const std::string& value : axis.values) {
      all.push_back(before);
      all.back().push_back(value);
    }
  }
  variants.values = std::move(all);
}

}  // namespace

Arguments Variants::settings(std::size_t variant) const {
  Arguments settings;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    settings.push_back(axes[i] + "=" + values.at(variant)[i]);
  }
  return settings;
}

Variants variants_of(const Arguments& axes, const std::optional<std::string>& file) {
  Variants variants{{}, {{}}};
  if (file) read_file(variants, *file);
  for (const std::string& axis : axes) multiply(variants, axis_of(axis));
  if (variants.values.empty()) throw UsageError(*file + " has no variants");
  std::set<Arguments> distinct(variants.values.begin(), variants.values.end());
  if (distinct.size() < variants.values.size()) throw UsageError("a variant is given twice");
  return variants;
}

}  // namespace h4h::tools
