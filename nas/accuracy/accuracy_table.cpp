#include "nas/accuracy/accuracy_table.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "base/file/input_file.hpp"
#include "base/text/hash.hpp"
#include "base/text/number.hpp"
#include "base/text/problems.hpp"
#include "base/text/take_line.hpp"

namespace h4h::nas {
namespace {

constexpr const char kChecksum[] = "checksum";

// Of tables that searches append to, before the checksum.
std::vector<Column> accuracy_columns() {
  return {text_column("genotype"), real_column("accuracy"), real_column("standard_error"),
          integer_column("networks_version")};
}

double fraction(const std::string& text) {
  const auto value = parse_number<double>(text);
  if (!value) throw AccuracyError(fmt::format("accuracy '{}' is not a number", text));
  if (!(*value >= 0 && *value <= 1)) {
    throw AccuracyError(fmt::format("accuracy {} is not from 0 to 1", text));
  }
  return *value;
}

double number_from_0(const std::string& text, const char* what) {
  const auto value = parse_number<double>(text);
  if (value && *value >= 0 && *value <= 1) return *value;
  throw AccuracyError(fmt::format("{} '{}' is not a number from 0 to 1", what, text));
}

void check_version(const std::string& text) {
  const auto version = parse_number<int>(text);
  if (!version) {
    throw AccuracyError(fmt::format("networks_version '{}' is not a whole number", text));
  }
  if (*version != kNetworksVersion) throw AccuracyError("is " + other_networks(*version));
}

void check_line(std::string_view line, char separator, const std::string& checksum) {
  if (checksum == text_hash(line.substr(0, line.rfind(separator)))) return;
  throw AccuracyError(
      "the line does not match its checksum: it is damaged or was edited; without the column "
      "checksum it is used as it is");
}

// Whether an earlier version's search has written a file of this name, beside its supernet.
bool is_of_a_search(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  for (const std::string prefix : {"test-", "accuracy-"}) {
    if (name.rfind(prefix, 0) == 0) name.erase(0, prefix.size());
  }
  constexpr std::size_t kDigits = 16;
  return name.size() == kDigits + 4 && name.substr(kDigits) == ".csv" &&
         path.filename().string().size() > name.size() &&
         name.find_first_not_of("0123456789abcdef") == kDigits;
}

// Of a file whose columns are wrong, nothing else is read.
void read(AccuracyLines& lines, std::string_view text, const std::filesystem::path& path,
          Problems& problems) {
  int number = 0;
  while (!text.empty()) {
    ++number;
    try {
      lines.take(std::string(take_line(text)));
    } catch (const std::runtime_error& error) {
      problems.add(number, error.what());
      if (!lines.has_columns()) return;
    }
    if (lines.has_columns() && !lines.has_version() && is_of_a_search(path)) {
      return problems.add(number, "was written beside a supernet " + other_networks(1));
    }
  }
  if (!lines.has_columns()) {
    problems.add(number, "the file is empty; required columns: genotype,accuracy");
  }
}

}  // namespace

AccuracyLines::Columns AccuracyLines::header(const std::string& line) {
  const auto [names, separator] = csv_header(line);
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name != "genotype" && name != "accuracy" && name != "standard_error" &&
        name != "networks_version" && name != kChecksum) {
      throw AccuracyError(fmt::format(
          "unknown column '{}'; allowed: genotype,accuracy,standard_error,networks_version,{}",
          name, kChecksum));
    }
    places[name] = i;
  }
  if (places.size() != names.size() || places.count("genotype") + places.count("accuracy") != 2) {
    throw AccuracyError("the columns must be genotype,accuracy");
  }
  const bool checksum = places.count(kChecksum) > 0;
  if (checksum && names.back() != kChecksum) {
    throw AccuracyError("the column checksum must be the last");
  }
  const auto place = [&](const char* name) {
    return places.count(name) > 0 ? std::optional(places[name]) : std::nullopt;
  };
  return {places["genotype"],        places["accuracy"], names.size(), place("standard_error"),
          place("networks_version"), separator,          checksum};
}

void AccuracyLines::take(const std::string& line) {
  if (line.empty() || line == "\r") return;
  columns_ ? add(line) : void(columns_ = header(line));
}

void AccuracyLines::add(const std::string& line) {
  const std::vector<std::string> values = csv_fields(line, columns_->separator);
  if (values.size() != columns_->count) {
    throw AccuracyError(fmt::format("{} values for {} columns", values.size(), columns_->count));
  }
  if (columns_->checksum) check_line(line, columns_->separator, values.back());
  if (columns_->version) check_version(values[*columns_->version]);
  MeasuredAccuracy measured{fraction(values[columns_->accuracy]), std::nullopt};
  if (columns_->error) {
    measured.standard_error = number_from_0(values[*columns_->error], "standard_error");
  }
  const auto [entry, is_new] =
      entries_.insert({space_.canonical(space_.parse(values[columns_->genotype])), measured});
  const bool agrees = entry->second.accuracy == measured.accuracy;
  if (!is_new && !(columns_->version && agrees)) {
    throw AccuracyError("the genotype is given twice: " + space_.text(entry->first));
  }
}

AccuracyTable::AccuracyTable(const Space& space, std::filesystem::path path)
    : space_(space), path_(std::move(path)), lines_(space) {
  Problems problems;
  read(lines_, read_file_or<AccuracyError>(path_, kAccuracyLimit), path_, problems);
  if (problems.count() > 0) throw AccuracyError(problems.text(path_.string(), SIZE_MAX));
}

std::string AccuracyTable::hash() const {
  std::string text;
  for (const auto& [genotype, measured] : entries()) {
    text += fmt::format("{} {}\n", fmt::join(genotype, ","), measured.accuracy);
  }
  return text_hash(text);
}

std::vector<double> AccuracyTable::evaluate(const std::vector<Genotype>& candidates) {
  std::vector<double> accuracies;
  accuracies.reserve(candidates.size());
  for (const Genotype& candidate : candidates) {
    const auto found = entries().find(space_.canonical(candidate));
    if (found == entries().end()) {
      throw AccuracyError(
          fmt::format("{}: has no accuracy for {}", path_.string(), space_.text(candidate)));
    }
    accuracies.push_back(found->second.accuracy);
  }
  return accuracies;
}

std::optional<double> AccuracyTable::standard_error(const Genotype& genotype) {
  const auto found = entries().find(space_.canonical(genotype));
  return found == entries().end() ? std::nullopt : found->second.standard_error;
}

std::string accuracy_header() {
  std::vector<Column> columns = accuracy_columns();
  columns.push_back(text_column(kChecksum));
  return write_csv(Table(columns));
}

std::string accuracy_line(const Space& space, const Genotype& canonical,
                          const MeasuredAccuracy& measured) {
  Table row(accuracy_columns());
  row.add_row({space.text(canonical), measured.accuracy, measured.standard_error.value_or(0),
               kNetworksVersion});
  std::string line = write_csv_rows(row);
  line.pop_back();  // the end of the line
  return fmt::format("{},{}\n", line, text_hash(line));
}

}  // namespace h4h::nas
