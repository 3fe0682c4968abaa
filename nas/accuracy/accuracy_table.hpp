#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/file/input_file.hpp"
#include "nas/accuracy/accuracy.hpp"

namespace h4h::nas {

// A table that is wrong ("file:line: message", for every line that is), or that lacks a candidate.
class AccuracyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Of a million networks.
inline constexpr FileLimit kAccuracyLimit{"table of accuracies", 512 << 20};

// The lines of an accuracy table: CSV with the columns genotype,accuracy in any order, and, where
// they are known, standard_error and networks_version; a last column checksum, where there is one,
// is text_hash of the line up to the separator before it. A genotype is as Space::text writes it,
// quoted as CSV wants it, an accuracy a fraction from 0 to 1. Empty lines are skipped; marks and
// separators of spreadsheets are read as base/csv/csv_table.hpp says.
class AccuracyLines {
 public:
  explicit AccuracyLines(const Space& space) : space_(space) {}  // must outlive it

  // Throws std::runtime_error that says what is wrong with it. A genotype may stand twice with the
  // same accuracy in tables that searches append to (which have networks_version), else once.
  void take(const std::string& line);

  bool has_columns() const { return columns_.has_value(); }
  bool has_version() const { return columns_ && columns_->version; }
  bool has_checksums() const { return columns_ && columns_->checksum; }
  const std::map<Genotype, MeasuredAccuracy>& entries() const { return entries_; }

 private:
  // Where each stands.
  struct Columns {
    std::size_t genotype = 0, accuracy = 0, count = 0;
    std::optional<std::size_t> error, version;
    char separator = ',';
    bool checksum = false;  // the last column
  };
  static Columns header(const std::string& line);
  void add(const std::string& line);

  const Space& space_;
  std::optional<Columns> columns_;
  std::map<Genotype, MeasuredAccuracy> entries_;
};

// Such a file, read.
class AccuracyTable : public Accuracy {
 public:
  // `space` must outlive it. Throws AccuracyError.
  AccuracyTable(const Space& space, std::filesystem::path path);

  std::vector<double> evaluate(const std::vector<Genotype>& candidates) override;
  std::optional<double> standard_error(const Genotype& genotype) override;

  const std::map<Genotype, MeasuredAccuracy>& entries() const { return lines_.entries(); }

  // 16 hexadecimal digits over all entries: equal tables have equal hashes.
  std::string hash() const;

 private:
  const Space& space_;
  std::filesystem::path path_;
  AccuracyLines lines_;
};

// Lines of tables that searches append to, each with its checksum and its end of line.
std::string accuracy_header();
std::string accuracy_line(const Space& space, const Genotype& canonical,
                          const MeasuredAccuracy& measured);

}  // namespace h4h::nas
