#include "nas/accuracy/accuracy_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <optional>

#include "nas/random/text_hash.hpp"
#include "workloads/import/csv/table.hpp"

namespace h4h::nas {
namespace {

double fraction(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) {
    throw AccuracyError(fmt::format("accuracy '{}' is not a number", text));
  }
  if (!(value >= 0 && value <= 1)) {
    throw AccuracyError(fmt::format("accuracy {} is not from 0 to 1", text));
  }
  return value;
}

// Where genotype and accuracy stand.
struct Columns {
  std::size_t genotype = 0, accuracy = 0;
};

Columns header(const std::string& line) {
  const std::vector<std::string> names = workloads::csv_fields(line);
  for (const std::string& name : names) {
    if (name != "genotype" && name != "accuracy") {
      throw AccuracyError(fmt::format("unknown column '{}'; allowed: genotype,accuracy", name));
    }
  }
  if (names.size() != 2 || names[0] == names[1]) {
    throw AccuracyError("the columns must be genotype,accuracy");
  }
  return names[0] == "genotype" ? Columns{0, 1} : Columns{1, 0};
}

std::pair<Genotype, double> entry(const Space& space, const Columns& columns,
                                  const std::string& line) {
  const std::vector<std::string> values = workloads::csv_fields(line);
  if (values.size() != 2) {
    throw AccuracyError(fmt::format("{} values for 2 columns", values.size()));
  }
  return {space.canonical(space.parse(values[columns.genotype])),
          fraction(values[columns.accuracy])};
}

std::map<Genotype, double> read(const Space& space, std::istream& file, int& number) {
  std::map<Genotype, double> table;
  std::optional<Columns> columns;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line == "\r") continue;
    if (!columns) {
      columns = header(line);
    } else if (auto added = entry(space, *columns, line); !table.insert(added).second) {
      throw AccuracyError("the genotype stands twice: " + space.text(added.first));
    }
  }
  if (!columns) throw AccuracyError("the file is empty; needed: genotype,accuracy");
  return table;
}

}  // namespace

AccuracyTable::AccuracyTable(const Space& space, std::filesystem::path path)
    : space_(space), path_(std::move(path)) {
  if (!std::filesystem::is_regular_file(path_)) {
    throw AccuracyError(fmt::format("{}: no such file", path_.string()));
  }
  std::ifstream file(path_, std::ios::binary);
  if (!file) throw AccuracyError(fmt::format("{}: cannot be read", path_.string()));
  int line = 0;
  try {
    table_ = read(space_, file, line);
  } catch (const std::runtime_error& error) {
    throw AccuracyError(fmt::format("{}:{}: {}", path_.string(), line, error.what()));
  }
}

std::string AccuracyTable::hash() const {
  std::string text;
  for (const auto& [genotype, accuracy] : table_) {
    text += fmt::format("{} {}\n", fmt::join(genotype, ","), accuracy);
  }
  return text_hash(text);
}

std::vector<double> AccuracyTable::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  accuracies.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    const auto found = table_.find(space_.canonical(candidate));
    if (found == table_.end()) {
      throw AccuracyError(
          fmt::format("{}: has no accuracy for {}", path_.string(), space_.text(candidate)));
    }
    accuracies.push_back(found->second);
  }
  return accuracies;
}

std::string format_accuracy_table(const Space& space, const std::map<Genotype, double>& table) {
  std::string text = "genotype,accuracy\n";
  for (const auto& [genotype, accuracy] : table) {
    text += fmt::format("{},{}\n", workloads::csv_field(space.text(genotype)), accuracy);
  }
  return text;
}

}  // namespace h4h::nas
