#include "tools/h4h-nas/accuracy_cache.hpp"

#include "nas/accuracy/accuracy_table.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {

AccuracyCache::AccuracyCache(const nas::Space& space, nas::Accuracy& measured,
                             std::filesystem::path file)
    : space_(space), measured_(measured), file_(std::move(file)) {
  read();
}

std::vector<double> AccuracyCache::evaluate(const std::vector<nas::Genotype>& candidates) {
  std::vector<double> accuracies;
  for (const nas::Genotype& candidate : candidates) {
    const nas::Genotype genotype = space_.canonical(candidate);
    const auto found = known_.find(genotype);
    accuracies.push_back(found == known_.end() ? measure(genotype) : found->second);
  }
  return accuracies;
}

double AccuracyCache::measure(const nas::Genotype& genotype) {
  const double accuracy = measured_.evaluate({genotype}).front();
  read();  // another search may have added to it
  known_.emplace(genotype, accuracy);
  write_file(file_, nas::format_accuracy_table(space_, known_));
  return accuracy;
}

void AccuracyCache::read() {
  if (!std::filesystem::exists(file_)) return;
  const nas::AccuracyTable table(space_, file_);
  known_.insert(table.entries().begin(), table.entries().end());
}

}  // namespace h4h::tools
