#include "tools/h4h-nas/run_accuracy.hpp"

#include <fmt/format.h>

#include "nas/export/quantization.hpp"

namespace h4h::tools {

std::string computed_in(nas::Precision precision) {
  return fmt::format(
      "{}-{}", nas::to_string(precision),
      precision == nas::Precision::int8 ? nas::kQuantizationVersion : nas::kEvaluationVersion);
}

std::filesystem::path accuracy_table(const std::filesystem::path& run, nas::ImagePart part,
                                     nas::Precision precision, const std::string& identity) {
  const char* const of = part == nas::ImagePart::test ? "test-accuracy" : "accuracy";
  if (precision == nas::Precision::int8) {
    return run / fmt::format("{}-{}-{}.csv", computed_in(precision), of, identity);
  }
  return run / fmt::format("{}-{}-{}.csv", of, identity, nas::kEvaluationVersion);
}

RunAccuracy::RunAccuracy(const std::filesystem::path& run, const nas::Space& space,
                         nas::ImagePart part, const nas::EvaluationImages& images)
    : trained_(nas::open_trained(run)),
      reduction_(trained_.space, space),
      measured_(trained_.space, trained_.supernet, images, trained_.arguments.bf16),
      cache_(trained_.space, measured_,
             accuracy_table(run, part, nas::Precision::float32, trained_.identity)),
      reduced_(reduction_, cache_) {}

}  // namespace h4h::tools
