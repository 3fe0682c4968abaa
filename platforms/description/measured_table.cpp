#include "platforms/description/measured_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/csv/csv_table.hpp"
#include "base/text/hash.hpp"
#include "base/text/nearest.hpp"
#include "platforms/description/quantity.hpp"

namespace h4h::platforms {
namespace {

using workloads::ListedShape;

constexpr std::uintmax_t kMaxBytes = 1 << 20;
constexpr std::int64_t kLongestPs = 1'000'000'000'000'000;

const std::vector<std::string> kShapeColumns{"op", "H", "W", "Cin", "Cout", "k", "stride"};

std::vector<std::string> allowed_columns(MeasuredIn unit) {
  std::vector<std::string> allowed{"layer_id"};
  allowed.insert(allowed.end(), kShapeColumns.begin(), kShapeColumns.end());
  allowed.emplace_back("latency");
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

std::int64_t picoseconds(const std::string& given, const std::string& column,
                         std::int64_t clock_hz) {
  if (column == "latency") return parse_integer(given, Dimension::time, clock_hz);
  const std::int64_t cycles = parse_integer(given, Dimension::count, clock_hz);
  return parse_integer(fmt::format("{} cycles", cycles), Dimension::latency, clock_hz);
}

std::int64_t time_of(const std::string& given, const std::string& column, std::int64_t clock_hz) {
  const std::int64_t time = picoseconds(given, column, clock_hz);
  // With a wrong clock, which is reported where it stands, cycles are no time at all.
  const bool no_clock = column == "cycles" && clock_hz < 1;
  if (no_clock || (time >= 1 && time <= kLongestPs)) return time;
  throw QuantityError(fmt::format("'{}' is out of bounds; allowed: {}", given,
                                  column == "cycles" ? "1 and more" : "1 ps .. 1000 s"));
}

// Reads rows, and collects what is wrong instead of stopping at the first mistake.
class Rows {
 public:
  Rows(const CsvTable& table, std::int64_t clock_hz) : table_(table), clock_hz_(clock_hz) {}

  MeasuredTable read(const std::string& file) {
    for (const CsvRow& row : table_.rows) {
      try {
        add(row);
      } catch (const std::runtime_error& error) {
        problems_.push_back(fmt::format("{}:{}: {}", file, row.line(), error.what()));
      }
    }
    if (table_.rows.empty()) problems_.push_back(file + ": no layers");
    if (!problems_.empty()) throw MeasuredTableError(problems_);
    MeasuredTable measured;
    for (const auto& [shape, time] : times_) measured.layers.push_back({shape, time});
    return measured;
  }

 private:
  void add(const CsvRow& row) {
    const ListedShape shape = workloads::listed_shape(row);
    const auto [first, is_first] = lines_.emplace(shape, row.line());
    if (!is_first) {
      throw CsvError(fmt::format("the layer of line {} again", first->second));
    }
    const std::string column = time_column(table_.columns);
    try {
      times_[shape] = time_of(row.text(column), column, clock_hz_);
    } catch (const QuantityError& error) {
      throw CsvError(fmt::format("{}: {}", column, error.what()));
    }
  }

  const CsvTable& table_;
  std::int64_t clock_hz_;
  std::map<ListedShape, int> lines_;
  std::map<ListedShape, std::int64_t> times_;
  std::vector<std::string> problems_;
};

void check_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw CsvError(fmt::format("{}: not a file; allowed: none, or a CSV file", path.string()));
  }
  if (std::filesystem::file_size(path, error) > kMaxBytes) {
    throw CsvError(fmt::format("{}: larger than {} bytes", path.string(), kMaxBytes));
  }
}

MeasuredTable read_rows(const std::filesystem::path& path, MeasuredIn unit, std::int64_t clock_hz) {
  const CsvTable table(path, kShapeColumns);
  try {
    check_columns(table.columns, unit);
  } catch (const CsvError& error) {
    throw CsvError(fmt::format("{}:1: {}", path.string(), error.what()));
  }
  return Rows(table, clock_hz).read(path.string());
}

}  // namespace

bool operator==(const MeasuredLayer& a, const MeasuredLayer& b) {
  return a.shape == b.shape && a.time_ps == b.time_ps;
}

bool operator==(const MeasuredTable& a, const MeasuredTable& b) { return a.layers == b.layers; }

MeasuredTableError::MeasuredTableError(std::vector<std::string> problems)
    : std::runtime_error(fmt::format("{}", fmt::join(problems, "\n"))),
      problems_(std::move(problems)) {}

MeasuredTable read_measured_table(const std::filesystem::path& path, MeasuredIn unit,
                                  std::int64_t clock_hz) {
  try {
    check_file(path);
    return read_rows(path, unit, clock_hz);
  } catch (const CsvError& error) {
    throw MeasuredTableError({error.what()});
  }
}

std::string table_text(const MeasuredTable& table) {
  if (table.empty()) return "none";
  std::string rows;
  for (const auto& [s, time] : table.layers) {
    rows += fmt::format("{} {} {} {} {} {} {};", to_string(s.op), s.height, s.width, s.in_channels,
                        s.out_channels, s.stride, time);
  }
  return fmt::format("{} layers {:016x}", table.layers.size(), fnv1a(rows));
}

}  // namespace h4h::platforms
