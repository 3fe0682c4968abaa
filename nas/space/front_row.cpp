#include "nas/space/front_row.hpp"

#include <fmt/format.h>

#include "base/csv/csv_table.hpp"
#include "base/text/number.hpp"
#include "nas/space/load.hpp"

namespace h4h::nas {
namespace {

Space space_of(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / kSearchSpace;
  if (std::filesystem::exists(file)) return load_space(file.string());
  throw SpaceError(
      fmt::format("{}: no {}; rerun the `h4h search` command of this directory to "
                  "write it",
                  folder.string(), kSearchSpace));
}

std::size_t index_of(const std::string& row, std::size_t rows, const std::string& file) {
  const auto number = parse_number<std::size_t>(row);
  if (number && *number >= 1 && *number <= rows) return *number - 1;
  if (rows == 0) throw SpaceError(fmt::format("{}: has no rows", file));
  throw SpaceError(fmt::format("{}: has no row '{}'; rows: 1..{}", file, row, rows));
}

}  // namespace

bool is_front(const std::filesystem::path& folder) {
  std::error_code too_long;
  return std::filesystem::is_regular_file(folder / kFront, too_long);
}

std::optional<FrontRow> open_front_row(const std::filesystem::path& folder,
                                       const std::string& row) {
  const std::filesystem::path file = folder / kFront;
  std::error_code too_long;  // for a file's name, where a genotype stands in it
  if (!std::filesystem::is_directory(folder, too_long)) return std::nullopt;
  if (!is_front(folder)) {
    throw SpaceError(fmt::format("{}: no {}; pass the --out directory of `h4h search`",
                                 folder.string(), kFront));
  }
  Space space = space_of(folder);
  try {
    const CsvTable front(file, {"genotype"});
    const CsvRow& chosen = front.rows.at(index_of(row, front.rows.size(), file.string()));
    try {
      Genotype genotype = space.parse(chosen.text("genotype"));
      return FrontRow{std::move(space), std::move(genotype)};
    } catch (const SpaceError& error) {
      throw SpaceError(fmt::format("{}:{}: {}", file.string(), chosen.line(), error.what()));
    }
  } catch (const CsvError& error) {
    throw SpaceError(error.what());
  }
}

}  // namespace h4h::nas
