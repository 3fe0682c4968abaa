#include <fmt/format.h>

#include "nas/train/arguments.hpp"
#include "tools/h4h-nas/run_export.hpp"
#include "tools/h4h/option_table.hpp"
#include "tools/h4h/outputs.hpp"
#include "workloads/import/network_name.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

const char kUsage[] =
    "usage: h4h export RUN#ROW --out FILE.onnx|FILE.tflite [options]\n"
    "       h4h export SPACE#NETWORK --accuracy DIR --out FILE.onnx|FILE.tflite [options]\n"
    "Writes a trained network with its weights, and prints its accuracy in float and in 8-bit "
    "integers, on the held-out and on the test images. Batch norms are folded; scales of integers "
    "are calibrated on training images.\n"
    "RUN#ROW: a row of the front.csv of an `h4h search`, from 1. SPACE#NETWORK: a network of a "
    "search space, such as h4h-32#max or SPACE.yaml#GENOTYPE.\n"
    "FILE.onnx: float, or with --int8 integers between QuantizeLinear and DequantizeLinear; "
    "FILE.tflite: integers. --network FILE then costs it like any other.\n";

const Formats kFormats{Format::table, Format::json};

Options options() {
  const FineTuning d;
  Options options("options");
  // clang-format off
  options.add_options()
      ("out", po::value<Arguments>()->value_name("FILE"), "file to write, .onnx or .tflite; may be repeated")
      ("accuracy", po::value<std::string>()->value_name("DIR"), "the --out directory of `h4h train`: the weights; default: the one that the search used")
      ("int8", po::bool_switch(), "FILE.onnx: 8-bit integers (QDQ)")
      ("fine-tune", po::value<std::string>()->value_name("EPOCHS"), "train the network alone for so many epochs before; after an interruption the same command resumes")
      ("lr", po::value<double>()->default_value(d.learning_rate, fmt::format("{}", d.learning_rate))->value_name("X"), "peak learning rate of --fine-tune");
  // clang-format on
  add_seed_option(options, d.seed);
  add_format_option(options, kFormats);
  return options;
}

std::vector<fs::path> outs_of(const Parsed& parsed) {
  std::vector<fs::path> outs;
  for (const std::string& name : list_of(parsed, "out")) {
    const fs::path path = name;
    if (path.extension() != ".onnx" && path.extension() != ".tflite") {
      throw UsageError(fmt::format("--out '{}' ends in neither .onnx nor .tflite", name));
    }
    outs.push_back(path);
  }
  if (outs.empty()) throw UsageError("--out is missing");
  std::vector<Output> outputs;
  for (const fs::path& path : outs) outputs.push_back({"--out", path});
  refuse_same_outputs(outputs);
  return outs;
}

FineTuning fine_tuning_of(const Parsed& parsed) {
  constexpr std::uint64_t kMostEpochs = 10'000;
  FineTuning tuning;
  for (const char* const option : {"lr", "seed"}) {
    if (given(parsed, option) && !given(parsed, "fine-tune")) {
      throw UsageError(fmt::format("--{} needs --fine-tune", option));
    }
  }
  if (!given(parsed, "fine-tune")) return tuning;
  tuning.epochs = static_cast<std::int64_t>(whole(parsed, "fine-tune", 1, kMostEpochs));
  tuning.learning_rate = parsed.values["lr"].as<double>();
  tuning.seed = seed_of(parsed, nas::kMaxSeed);
  try {
    nas::check_positive("lr", tuning.learning_rate);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return tuning;
}

}  // namespace

std::optional<ExportCommand> parse_export(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage, kArguments);
  if (parsed.help) return std::nullopt;
  const Arguments networks = list_of(parsed, kArguments);
  if (networks.size() != 1 || !workloads::network_in_file(networks.front())) {
    throw UsageError("one network is needed: RUN#ROW or SPACE#NETWORK");
  }
  return ExportCommand{networks.front(),       optional(parsed, "accuracy"),
                       outs_of(parsed),        parsed.values["int8"].as<bool>(),
                       fine_tuning_of(parsed), format_of(parsed, kFormats)};
}

}  // namespace h4h::tools
