#include "platforms/description/measured_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/csv/csv_table.hpp"
#include "base/text/hash.hpp"
#include "base/text/nearest.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::platforms {
namespace {

using workloads::ListedShape;

constexpr FileLimit kFileLimit{"measured table", 1 << 20};
constexpr std::int64_t kLongestPs = 1'000'000'000'000'000;
constexpr double kMostJoules = 1000, kFemtojoulesPerJoule = 1e15;

const std::vector<std::string> kShapeColumns{"op", "H", "W", "Cin", "Cout", "k", "stride"};

std::vector<std::string> allowed_columns(MeasuredIn unit) {
  std::vector<std::string> allowed{"layer_id"};
  allowed.insert(allowed.end(), kShapeColumns.begin(), kShapeColumns.end());
  allowed.insert(allowed.end(), {"groups", "dilation", "padding", "latency", "energy"});
  if (unit == MeasuredIn::time_or_cycles) allowed.emplace_back("cycles");
  return allowed;
}

void check_columns(const CsvRow::Columns& columns, MeasuredIn unit) {
  const std::vector<std::string> allowed = allowed_columns(unit);
  for (const auto& column : columns) {
    if (std::find(allowed.begin(), allowed.end(), column.first) != allowed.end()) continue;
    throw CsvError(fmt::format("unknown column '{}'{}; allowed: {}", column.first,
                               did_you_mean(column.first, allowed), fmt::join(allowed, ", ")));
  }
  if (columns.count("latency") + columns.count("cycles") == 1) return;
  if (columns.empty()) {
    throw CsvError(fmt::format("no columns; allowed: {}", fmt::join(allowed, ", ")));
  }
  throw CsvError(unit == MeasuredIn::time
                     ? "column 'latency' is missing"
                     : "one of the columns 'latency' and 'cycles' must be there, and not both");
}

std::string time_column(const CsvRow::Columns& columns) {
  return columns.count("cycles") > 0 ? "cycles" : "latency";
}

std::int64_t picoseconds(const std::string& given) {
  const std::int64_t time = parse_integer(given, Dimension::time, 0);
  if (time >= 1 && time <= kLongestPs) return time;
  throw QuantityError(fmt::format("'{}' is out of bounds; allowed: 1 ps .. 1000 s", given));
}

// Femtojoules.
std::int64_t energy(const std::string& given) {
  const double joules = parse_real(given, Dimension::energy);
  const std::int64_t femtojoules =
      joules <= kMostJoules ? std::llround(joules * kFemtojoulesPerJoule) : 0;
  if (femtojoules >= 1) return femtojoules;
  throw QuantityError(fmt::format("'{}' is out of bounds; allowed: 1 fJ .. 1000 J", given));
}

PerClock cycles(const std::string& given) {
  const std::int64_t count = parse_integer(given, Dimension::count, 0);
  if (count > kMostCycles) throw QuantityError(fmt::format("'{} cycles' is too large", count));
  if (count >= 1) return {count};
  throw QuantityError(fmt::format("'{}' is out of bounds; allowed: 1 and more", given));
}

// Reads rows, and collects what is wrong instead of stopping at the first mistake.
class Rows {
 public:
  explicit Rows(const CsvTable& table) : table_(table) {}

  std::vector<MeasuredRow> read(const std::string& file) {
    for (const CsvRow& row : table_.rows) {
      try {
        add(row);
      } catch (const std::runtime_error& error) {
        problems_.push_back(fmt::format("{}:{}: {}", file, row.line(), error.what()));
      }
    }
    if (table_.rows.empty()) problems_.push_back(file + ": no layers");
    if (!problems_.empty()) throw MeasuredTableError(problems_);
    std::vector<MeasuredRow> rows;
    for (const auto& shape_and_row : rows_) rows.push_back(shape_and_row.second);
    return rows;
  }

 private:
  void add(const CsvRow& row) {
    const ListedShape shape = workloads::listed_shape(row);
    const auto [first, is_first] = lines_.emplace(shape, row.line());
    if (!is_first) {
      throw CsvError(fmt::format("the layer of line {} again", first->second));
    }
    MeasuredRow measured{shape, {}, {}};
    read_column(row, time_column(table_.columns), [&](const std::string& given) {
      if (table_.columns.count("cycles") > 0) {
        measured.time = cycles(given);
      } else {
        measured.time = picoseconds(given);
      }
    });
    if (table_.columns.count("energy") > 0) {
      read_column(row, "energy",
                  [&](const std::string& given) { measured.energy_fj = energy(given); });
    }
    rows_[shape] = measured;
  }

  // Names the column of a value that cannot be read.
  template <typename Read>
  static void read_column(const CsvRow& row, const std::string& column, Read read) {
    try {
      read(row.text(column));
    } catch (const QuantityError& error) {
      throw CsvError(fmt::format("{}: {}", column, error.what()));
    }
  }

  const CsvTable& table_;
  std::map<ListedShape, int> lines_;
  std::map<ListedShape, MeasuredRow> rows_;
  std::vector<std::string> problems_;
};

std::string text_of(const std::filesystem::path& path) {
  try {
    return read_file(path, kFileLimit);
  } catch (const FileError& error) {
    const char* const hint = error.is_missing() ? "; allowed: none, or a CSV file" : "";
    throw CsvError(error.what() + std::string(hint));
  }
}

std::vector<MeasuredRow> read_rows(const std::filesystem::path& path, MeasuredIn unit) {
  const CsvTable table(text_of(path), path, kShapeColumns);
  try {
    check_columns(table.columns, unit);
  } catch (const CsvError& error) {
    throw CsvError(fmt::format("{}:1: {}", path.string(), error.what()));
  }
  return Rows(table).read(path.string());
}

}  // namespace

bool operator==(const MeasuredLayer& a, const MeasuredLayer& b) {
  return a.shape == b.shape && a.time_ps == b.time_ps && a.energy_fj == b.energy_fj;
}

bool operator==(const MeasuredTable& a, const MeasuredTable& b) { return a.layers == b.layers; }

MeasuredTableError::MeasuredTableError(std::vector<std::string> problems)
    : std::runtime_error(fmt::format("{}", fmt::join(problems, "\n"))),
      problems_(std::move(problems)) {}

std::vector<MeasuredRow> read_measured_rows(const std::filesystem::path& path, MeasuredIn unit) {
  try {
    return read_rows(path, unit);
  } catch (const CsvError& error) {
    throw MeasuredTableError({error.what()});
  }
}

MeasuredTable measured_at(const std::vector<MeasuredRow>& rows, std::int64_t clock_hz) {
  MeasuredTable table;
  for (const MeasuredRow& row : rows) {
    const auto* cycles = std::get_if<PerClock>(&row.time);
    const std::int64_t time = cycles != nullptr ? at_clock(*cycles, Dimension::latency, clock_hz)
                                                : std::get<std::int64_t>(row.time);
    table.layers.push_back({row.shape, time, row.energy_fj});
  }
  return table;
}

std::string table_text(const MeasuredTable& table) {
  if (table.empty()) return "none";
  std::string rows;
  for (const auto& [s, time, energy] : table.layers) {
    rows += fmt::format("{} {} {} {} {} {} {}", to_string(s.op), s.height, s.width, s.in_channels,
                        s.out_channels, s.stride, time);
    // Of rows that layer lists could not have at first, what the others have by their names.
    if (s.kernel != 1 || s.groups != 1 || s.dilation != 1 || s.valid) {
      rows += fmt::format(" k{} g{} d{} {}", s.kernel, s.groups, s.dilation, s.valid);
    }
    rows += energy ? fmt::format(" {};", *energy) : ";";
  }
  return fmt::format("{} layers {:016x}", table.layers.size(), fnv1a(rows));
}

}  // namespace h4h::platforms
