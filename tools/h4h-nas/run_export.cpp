#include "tools/h4h-nas/run_export.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/json/json_writer.hpp"
#include "nas/data/open.hpp"
#include "nas/export/deployment.hpp"
#include "nas/export/onnx.hpp"
#include "nas/export/tflite.hpp"
#include "nas/report/export_report.hpp"
#include "nas/report/results.hpp"
#include "nas/space/front_row.hpp"
#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"
#include "nas/train/images.hpp"
#include "sim/report/checksum.hpp"
#include "tools/h4h-nas/data_options.hpp"
#include "tools/h4h-nas/fine_tuned.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h/write_file.hpp"
#include "workloads/import/network_name.hpp"

namespace h4h::tools {
namespace {

namespace fs = std::filesystem;

struct Source {
  nas::Space space;
  nas::Genotype genotype;
  std::string weights;     // the folder of the training
  std::string accuracies;  // what the search measured; empty: not asked
};

// Where a search had its accuracies from, as its command line named it, and what they are.
struct SearchedBy {
  std::string source{}, accuracies{};
};
SearchedBy searched_by(const fs::path& run) {
  const fs::path file = run / "search.json";
  try {
    const Document json = sim::parse_json_with_checksum(read_file(file, nas::kSearchResultLimit));
    const Document* const source = json.find("accuracy_source");
    return {source == nullptr ? "" : source->text(), json.at("arguments").at("accuracy").text()};
  } catch (const DocumentError& error) {
    throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
  }
}

// `source`: what the search named, empty where it says nothing.
std::string weights_of(const ExportCommand& command, const std::string& source) {
  if (command.accuracy) return *command.accuracy;
  if (!source.empty() && fs::exists(fs::path(source) / nas::kTrainingCheckpoint)) return source;
  throw UsageError(
      source.empty()
          ? "--accuracy is missing: the directory of an `h4h train`, which has the weights"
          : fmt::format(
                "the accuracies of this search are from '{}', which is not the directory of "
                "an `h4h train`; name one with --accuracy",
                source));
}

Source source_of(const ExportCommand& command) {
  const auto [left, which] = workloads::network_in_file(command.network).value();
  if (auto row = nas::open_front_row(left, which)) {
    const SearchedBy by = command.accuracy ? SearchedBy{} : searched_by(left);
    return {std::move(row->space), std::move(row->genotype), weights_of(command, by.source),
            by.accuracies};
  }
  nas::Space space = nas::load_space(left);
  nas::Genotype genotype = space.canonical(nas::genotype_of(space, which));
  return {std::move(space), std::move(genotype), weights_of(command, ""), {}};
}

// The weights that a search measured, unless others are asked for by name.
void check_weights(const Source& source, const nas::Trained& trained) {
  const std::string expected = fmt::format("supernet {} ", trained.identity);
  if (source.accuracies.empty() || source.accuracies.rfind(expected, 0) == 0) return;
  throw std::runtime_error(
      fmt::format("{}: was trained again since the search, which measured '{}'; name it with "
                  "--accuracy to export its weights of today",
                  source.weights, source.accuracies));
}

// Before anything takes long.
void check_folders(const std::vector<fs::path>& outs) {
  for (const fs::path& out : outs) {
    const fs::path folder = out.has_parent_path() ? out.parent_path() : ".";
    if (::access(folder.c_str(), W_OK | X_OK) == 0 && fs::is_directory(folder)) continue;
    throw std::runtime_error(
        fmt::format("{}: cannot be written: {} is no directory, or is not writable", out.string(),
                    folder.string()));
  }
}

nas::ExportedAccuracy measured(const nas::Deployment& deployment,
                               const nas::Batches<nas::Labelled>& images) {
  const auto right = [&](nas::Precision precision) {
    return nas::classified_right(deployment, precision, images);
  };
  const std::vector<bool> in_float = right(nas::Precision::float32);
  return {nas::share_of(in_float), nas::share_of(right(nas::Precision::int8)),
          static_cast<std::int64_t>(in_float.size())};
}

nas::ExportedInput input_of(const nas::Graph& graph, const nas::ImageSource& images,
                            const std::string& data) {
  const nas::Normalization normalization(images);
  const auto [height, width, channels] = graph.values.at(graph.input).sizes;
  return {height,
          width,
          channels,
          normalization.mean(),
          normalization.deviation(),
          images.height(),
          images.width(),
          images.channels(),
          nas::preparation_of(data)};
}

fs::path checkpoint_of(const ExportCommand& command) {
  return command.outs.front().string() + ".checkpoint";
}

struct Exported {
  nas::Deployment deployment;
  nas::ExportReport report;
};

Exported exported(const ExportCommand& command, const Source& source, const nas::Trained& trained) {
  const nas::Split split = nas::open_images(trained.space, trained.arguments.data, open_options());
  const nas::EvaluationImages images = nas::evaluation_images(*split.train, *split.holdout);
  const workloads::Network network = trained.space.network(source.genotype);
  const bool tunes = command.fine_tuning.epochs > 0;
  const nas::Supernet weights(tunes ? fine_tuned(network, trained.space.text(source.genotype),
                                                 trained, *split.train, command.fine_tuning,
                                                 checkpoint_of(command))
                                    : trained.supernet.extract(network));
  Exported all{nas::deploy(network, weights, images.calibration), {}};
  nas::ExportReport& report = all.report;
  report.network = network.name;
  report.space = trained.space.name();
  report.genotype = trained.space.document(source.genotype);
  report.macs = workloads::macs(network);
  report.parameters = workloads::parameters(network);
  report.classes = trained.space.classes();
  report.supernet = trained.identity;
  report.data = trained.arguments.data;
  report.fine_tuned_epochs = command.fine_tuning.epochs;
  report.input = input_of(all.deployment.graph, *split.train, trained.arguments.data);
  report.held_out = measured(all.deployment, images.held_out);
  report.test =
      measured(all.deployment, nas::evaluation_images(*split.train, *split.test).held_out);
  return all;
}

std::vector<nas::ExportedFile> files_of(const ExportCommand& command) {
  std::vector<nas::ExportedFile> files;
  for (const fs::path& out : command.outs) {
    const std::string format = out.extension().string().substr(1);
    files.push_back({out.string(), format, command.int8 || format == "tflite"});
  }
  return files;
}

std::string bytes_of(const nas::ExportedFile& file, const Exported& all) {
  const std::string description = write_json(nas::export_document(all.report), JsonLayout::compact);
  const nas::Deployment& made = all.deployment;
  return file.format == "tflite"
             ? nas::to_tflite(made.graph, description, made.values)
             : nas::to_onnx(made.graph, description, file.int8 ? &made.values : nullptr);
}

}  // namespace

std::string run_export(const ExportCommand& command) {
  check_folders(command.outs);
  Source source = source_of(command);
  expect_training_run("accuracy", source.weights, "");
  const nas::Trained trained = nas::open_trained(source.weights);
  source.genotype = reduction_of(source.space, trained, source.weights).in_whole(source.genotype);
  check_weights(source, trained);
  warn_of_what_is_not_trained(trained, source.weights);
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  const Exported all = exported(command, source, trained);
  const std::vector<nas::ExportedFile> files = files_of(command);
  for (const nas::ExportedFile& file : files) write_file(file.path, bytes_of(file, all));
  std::error_code ignored;
  if (command.fine_tuning.epochs > 0) fs::remove(checkpoint_of(command), ignored);
  return command.format == Format::json ? write_json(nas::export_document(all.report, files))
                                        : nas::export_table(all.report, files);
}

}  // namespace h4h::tools
