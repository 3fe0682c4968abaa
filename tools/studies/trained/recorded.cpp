#include "tools/studies/trained/recorded.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/csv/csv_table.hpp"
#include "base/text/hash.hpp"
#include "nas/space/load.hpp"
#include "tools/studies/trained/arms.hpp"

namespace h4h::studies {
namespace {

// What all rows of a study have in common.
void expect_same(const CsvRow& row, const char* column, const std::string& expected) {
  if (row.text(column) == expected) return;
  throw CsvError(fmt::format("{} '{}': the supernets of this study have {}", column,
                             row.text(column), expected));
}

const std::vector<std::string> kRecordedArms{kCnnOnly,  kVanilla,    kEqualCompute, kFreeze,
                                             kUnfreeze, kProjection, kFreezeHead,   kFreezeNorms};

template <typename T>
bool is_one_of(const T& value, const std::vector<T>& all) {
  return std::find(all.begin(), all.end(), value) != all.end();
}

class RecordedAccuracy : public nas::Accuracy {
 public:
  RecordedAccuracy(std::string run, const nas::Space& space,
                   const std::map<nas::Genotype, double>& known)
      : run_(std::move(run)), space_(space), known_(known) {}

  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    std::vector<double> all;
    for (const nas::Genotype& candidate : candidates) {
      const auto found = known_.find(space_.canonical(candidate));
      if (found == known_.end()) {
        throw std::runtime_error(fmt::format("the rows of {} lack the network {}", run_,
                                             space_.text(space_.canonical(candidate))));
      }
      all.push_back(found->second);
    }
    return all;
  }

 private:
  std::string run_;
  const nas::Space& space_;
  const std::map<nas::Genotype, double>& known_;
};

}  // namespace

std::string space_hash(const nas::Space& space) { return text_hash(nas::format_space(space)); }

std::string data_name(const std::string& given) {
  std::string data = given;
  while (data.size() > 1 && data.back() == '/') data.pop_back();
  const std::size_t colon = data.find(':'), slash = data.find_last_of('/');
  if (colon == std::string::npos || slash == std::string::npos || slash < colon) return data;
  return data.substr(0, colon + 1) + data.substr(slash + 1);
}

RecordedTrainings::RecordedTrainings(std::unique_ptr<Trainings> others,
                                     const std::vector<std::filesystem::path>& tables)
    : others_(std::move(others)), space_(nas::load_space(settings().space)) {
  for (const std::filesystem::path& table : tables) read(table);
  expect_all_networks();
}

void RecordedTrainings::read(const std::filesystem::path& table) {
  const std::vector<std::string> columns{
      "arm",        "seed",       "network",        "genotype",  "test_accuracy",
      kStepsColumn, kSpaceColumn, kSpaceHashColumn, kDataColumn, kNetworksColumn};
  const CsvTable rows(table, columns);
  if (rows.rows.empty()) throw CsvError(table.string() + ": has no rows");
  for (const CsvRow& row : rows.rows) {
    try {
      add(row);
    } catch (const std::runtime_error& error) {
      // Of another study each row would be refused for the same reason.
      throw CsvError(fmt::format("{}:{}: {}", table.string(), row.line(), error.what()));
    }
  }
}

void RecordedTrainings::add(const CsvRow& row) {
  expect_same(row, kStepsColumn, std::to_string(settings().steps));
  expect_same(row, kSpaceColumn, space_.name());
  expect_same(row, kSpaceHashColumn, space_hash(space_));
  expect_same(row, kDataColumn, data_name(settings().data));
  expect_same(row, kNetworksColumn, std::to_string(nas::kNetworksVersion));
  const std::string& arm = row.text("arm");
  if (!is_one_of(arm, kRecordedArms)) {
    throw CsvError(fmt::format("unknown arm '{}'; known: {}", arm, fmt::join(kRecordedArms, ", ")));
  }
  const auto seed = static_cast<std::uint64_t>(row.whole("seed"));
  if (!is_one_of(seed, settings().all_seeds())) {
    throw CsvError(fmt::format("seed {}: the seeds of this study are {} .. {}", seed,
                               settings().first_seed, settings().all_seeds().back()));
  }
  const double accuracy = row.number("test_accuracy");
  if (accuracy < 0 || accuracy > 1) {
    throw CsvError(fmt::format("test_accuracy {} is not in 0 .. 1", accuracy));
  }
  const std::string run = TrainingSpec::run_of(arm, seed);
  const nas::Genotype genotype = space_.canonical(space_.parse(row.text("genotype")));
  const auto [place, is_new] = by_run_[run].emplace(genotype, accuracy);
  if (!is_new && place->second != accuracy) {
    throw CsvError(fmt::format("{} has this network already, with {}", run, place->second));
  }
  networks_[run].insert(row.text("network"));
}

// Before anything is trained.
void RecordedTrainings::expect_all_networks() const {
  const std::size_t all = settings().networks + 2;  // and both ends
  for (const auto& [run, names] : networks_) {
    if (names.size() == all) continue;
    throw CsvError(fmt::format("the rows of {} are of {} networks: this study has {}", run,
                               names.size(), all));
  }
}

void RecordedTrainings::train(const std::vector<TrainingSpec>& specs) {
  std::vector<TrainingSpec> earlier, open;
  for (const TrainingSpec& spec : specs) {
    if (by_run_.count(spec.run()) > 0) {
      left_out_[spec.run()] = spec;
      continue;
    }
    const auto from = left_out_.find(TrainingSpec::run_of(spec.from, spec.seed));
    if (from != left_out_.end()) {
      earlier.push_back(from->second);
      left_out_.erase(from);
    }
    open.push_back(spec);
  }
  if (!earlier.empty()) others_->train(earlier);
  if (!open.empty()) others_->train(open);
}

std::unique_ptr<nas::Accuracy> RecordedTrainings::accuracy(const std::string& run,
                                                           const nas::Space& space,
                                                           nas::ImagePart part) {
  const auto known = by_run_.find(run);
  if (known == by_run_.end() || part != nas::ImagePart::test) {
    return others_->accuracy(run, space, part);
  }
  return std::make_unique<RecordedAccuracy>(run, space, known->second);
}

}  // namespace h4h::studies
