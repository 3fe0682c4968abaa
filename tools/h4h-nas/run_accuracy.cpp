#include "tools/h4h-nas/run_accuracy.hpp"

#include <fmt/format.h>

namespace h4h::tools {

std::filesystem::path accuracy_table(const std::filesystem::path& run, ImagePart part,
                                     const std::string& identity) {
  return run / fmt::format("{}accuracy-{}-{}.csv", part == ImagePart::test ? "test-" : "", identity,
                           nas::kEvaluationVersion);
}

RunAccuracy::RunAccuracy(const std::filesystem::path& run, const nas::Space& space, ImagePart part,
                         const nas::EvaluationImages& images)
    : trained_(nas::open_trained(run)),
      reduction_(trained_.space, space),
      measured_(trained_.space, trained_.supernet, images, trained_.arguments.bf16),
      cache_(trained_.space, measured_, accuracy_table(run, part, trained_.identity)) {}

std::vector<double> RunAccuracy::evaluate(const std::vector<nas::Genotype>& candidates) {
  std::vector<nas::Genotype> there;
  for (const nas::Genotype& genotype : candidates) there.push_back(reduction_.in_whole(genotype));
  return cache_.evaluate(there);
}

std::optional<double> RunAccuracy::standard_error(const nas::Genotype& genotype) {
  return cache_.standard_error(reduction_.in_whole(genotype));
}

}  // namespace h4h::tools
