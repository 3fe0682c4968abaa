#include "tools/h4h-nas/report.hpp"

#include "nas/train/images.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"

namespace h4h::tools {

std::string run_report(const ReportCommand& command) {
  expect_training_run("report", command.run.string(), "");
  const RunFolder folder(command.run, nas::kTrainingCheckpoint);
  const nas::Trained trained = nas::open_trained(command.run);
  warn_of_what_is_not_trained(trained, command.run.string());
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const nas::Split split = nas::open_images(trained.space, trained.arguments.data, open_options());
  TrainingReport report({folder, trained.space, trained.arguments}, command.options);
  report.begin(trained.identity);
  return report.finish(trained.supernet, trained.identity, split);
}

}  // namespace h4h::tools
