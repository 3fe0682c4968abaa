#include "tools/h4h-nas/run_export.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "base/text/wrap.hpp"
#include "nas/data/open.hpp"
#include "nas/export/deployment.hpp"
#include "nas/export/onnx.hpp"
#include "nas/export/tflite.hpp"
#include "nas/report/results.hpp"
#include "nas/space/front_row.hpp"
#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"
#include "nas/train/images.hpp"
#include "sim/report/checksum.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h-nas/fine_tuned.hpp"
#include "tools/h4h-nas/torch_setup.hpp"
#include "tools/h4h-nas/trained_run.hpp"
#include "tools/h4h/write_file.hpp"

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
          : fmt::format("the accuracies of this search are from '{}', which holds no weights here; "
                        "name the directory of an `h4h train` with --accuracy",
                        source));
}

Source source_of(const ExportCommand& command) {
  const std::size_t mark = command.network.rfind('#');
  const std::string left = command.network.substr(0, mark),
                    which = command.network.substr(mark + 1);
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

struct Measured {
  double float32 = 0, int8 = 0;
  std::int64_t images = 0;
};

Measured measured(const nas::Deployment& deployment, const std::vector<nas::Labelled>& images) {
  const auto share = [&](nas::Precision precision) {
    return nas::share_of(nas::classified_right(deployment, precision, images));
  };
  Measured all{share(nas::Precision::float32), share(nas::Precision::int8), 0};
  for (const nas::Labelled& batch : images) all.images += batch.labels.size(0);
  return all;
}

Document document_of(const Measured& accuracy) {
  return {{"float32", accuracy.float32}, {"int8", accuracy.int8}, {"images", accuracy.images}};
}

// What the files say of themselves: (value / 255 - mean) / deviation of each channel goes in.
struct Exported {
  nas::Deployment deployment;
  workloads::Network network;
  Document description;
  Measured held_out, test;
};

constexpr const char kResize[] = "bilinear, pixel centres at 0.5, without antialiasing";

Document input_document(const nas::Graph& graph, const nas::ImageSet& images,
                        const std::string& data) {
  const nas::Normalization normalization(images);
  const auto [height, width, channels] = graph.values.at(graph.input).sizes;
  return {{"height", height},
          {"width", width},
          {"channels", channels},
          {"mean", normalization.mean()},
          {"deviation", normalization.deviation()},
          {"images",
           {{"height", images.height},
            {"width", images.width},
            {"channels", images.channels},
            {"preparation", nas::preparation_of(data)}}},
          {"resize", images.height == height && images.width == width ? "none" : kResize}};
}

std::string input_text(const Document& input) {
  const Document& images = input.at("images");
  return fmt::format(
      "input: images of {} x {} x {} ({}); (value / 255 - mean) / deviation, mean {}, deviation "
      "{}; then resized to {} x {} ({})\n",
      images.at("height").integer(), images.at("width").integer(), images.at("channels").integer(),
      images.at("preparation").text(), write_json(input.at("mean"), JsonLayout::compact),
      write_json(input.at("deviation"), JsonLayout::compact), input.at("height").integer(),
      input.at("width").integer(), input.at("resize").text());
}

Exported exported(const ExportCommand& command, const Source& source, const nas::Trained& trained) {
  const nas::Split split = nas::open_split(trained.arguments.data);
  const nas::EvaluationImages images = nas::evaluation_images(split.train, split.holdout);
  Exported all;
  all.network = trained.space.network(source.genotype);
  const std::string genotype = trained.space.text(source.genotype);
  const bool tunes = command.fine_tuning.epochs > 0;
  const nas::Supernet tuned(tunes ? fine_tuned(all.network, genotype, trained, split.train,
                                               command.fine_tuning,
                                               command.outs.front().string() + ".checkpoint")
                                  : trained.supernet.extract(all.network));
  all.deployment = nas::deploy(all.network, tuned, images.calibration);
  all.held_out = measured(all.deployment, images.held_out);
  all.test = measured(all.deployment, nas::evaluation_images(split.train, split.test).held_out);
  all.description = sim::provenance("h4h.export/1");
  all.description.update(
      {{"network", all.network.name},
       {"space", trained.space.name()},
       {"genotype", trained.space.document(source.genotype)},
       {"macs", workloads::macs(all.network)},
       {"parameters", workloads::parameters(all.network)},
       {"supernet", trained.identity},
       {"data", trained.arguments.data},
       {"fine_tuned_epochs", command.fine_tuning.epochs},
       {"input", input_document(all.deployment.graph, split.train, trained.arguments.data)},
       {"classes", trained.space.classes()},
       {"accuracy", {{"held_out", document_of(all.held_out)}, {"test", document_of(all.test)}}}});
  return all;
}

bool is_int8(const ExportCommand& command, const fs::path& out) {
  return command.int8 || out.extension() == ".tflite";
}

std::string bytes_of(const ExportCommand& command, const fs::path& out, const Exported& all) {
  const std::string description = write_json(all.description, JsonLayout::compact);
  const nas::Deployment& deployment = all.deployment;
  if (out.extension() == ".tflite") {
    return nas::to_tflite(deployment.graph, description, deployment.values);
  }
  return nas::to_onnx(deployment.graph, description,
                      is_int8(command, out) ? &deployment.values : nullptr);
}

std::string table_of(const ExportCommand& command, const Exported& all) {
  std::string text = fmt::format("{}: {:.1f} MMAC, {} parameters\n", printable(all.network.name),
                                 1e-6 * static_cast<double>(workloads::macs(all.network)),
                                 workloads::parameters(all.network));
  text += fmt::format("accuracy  held-out    test\nfloat     {:8.4f}  {:6.4f}\n",
                      all.held_out.float32, all.test.float32);
  text += fmt::format("int8      {:8.4f}  {:6.4f}\n", all.held_out.int8, all.test.int8);
  text += wrapped(input_text(all.description.at("input")), 2);
  for (const fs::path& out : command.outs) {
    text += fmt::format("wrote {} ({})\n", out.string(), is_int8(command, out) ? "int8" : "float");
  }
  return text;
}

Document files_document(const ExportCommand& command) {
  Document files = Document::array();
  for (const fs::path& out : command.outs) {
    files.push_back({{"file", out.string()},
                     {"format", out.extension().string().substr(1)},
                     {"precision", is_int8(command, out) ? "int8" : "float32"}});
  }
  return files;
}

}  // namespace

std::string run_export(const ExportCommand& command) {
  check_folders(command.outs);
  const Source source = source_of(command);
  expect_training_run(source.weights, "");
  const nas::Trained trained = nas::open_trained(source.weights);
  check_same(source.space, trained, source.weights);
  check_weights(source, trained);
  warn_of_what_is_not_trained(trained, source.weights);
  use_threads(trained.arguments.threads);
  warn_of_reference_blas();
  Exported all = exported(command, source, trained);
  for (const fs::path& out : command.outs) write_file(out, bytes_of(command, out, all));
  std::error_code ignored;
  if (command.fine_tuning.epochs > 0) {
    fs::remove(command.outs.front().string() + ".checkpoint", ignored);
  }
  if (command.format != Format::json) return table_of(command, all);
  all.description["files"] = files_document(command);
  return write_json(all.description);
}

}  // namespace h4h::tools
