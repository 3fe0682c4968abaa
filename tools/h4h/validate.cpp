#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/report/format_validation.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/message.hpp"
#include "tools/h4h/outputs.hpp"
#include "tools/h4h/page_command.hpp"
#include "tools/h4h/shared_options.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h validate [options]\n"
    "Compares simulated NPU cycles with Arm's figures: single layers and networks with both "
    "estimators of its compiler Vela, one network with its fixed virtual platform. Exit code 1 if "
    "an "
    "acceptance criterion is not met. Without --nets, networks are left out: their files cannot be "
    "distributed with H4H.\n"
    "With --nets, latencies measured on silicon are printed beside the model, for information.\n";

}  // namespace

std::string validate(const Arguments& arguments) {
  const Formats formats{Format::table, Format::json, Format::csv};
  Options options("options");
  // clang-format off
  options.add_options()
      ("reference", po::value<std::string>()->default_value("", "tests/reference")->value_name("DIR"), "npu_layers.csv, npu_networks.csv, npu_fvp.csv and optionally npu_operators.csv (with npu_operator_layers.csv) and npu_silicon.csv")
      ("nets", po::value<std::string>()->value_name("DIR"), "directory with the networks' .tflite files, at any depth")
      ("platforms", po::value<std::string>()->default_value("", "platforms")->value_name("DIR"), "ethos-u55-{high-end,deep,sram-only}.yaml and the platforms that npu_silicon.csv names")
      ("html", po::value<std::string>()->value_name("FILE"), "write an HTML page: a scatter plot and the layers with the largest deviation");
  // clang-format on
  add_format_option(options, formats);
  const Parsed parsed = parse(arguments, options, kUsage);
  if (parsed.help) return {};
  const Format format = format_of(parsed, formats);
  refuse_same_outputs(outputs_of(parsed, {"html"}));
  const InterruptNote note("validate keeps no partial results; rerun the command");
  sim::ValidationFiles files{
      file_of(parsed, "platforms", "platforms"), file_of(parsed, "reference", "reference"), {}};
  if (const auto nets = optional(parsed, "nets")) files.networks = *nets;
  const sim::Validation validation = sim::validate(files);
  if (!validation.missing.empty()) {
    print_message(fmt::format("h4h: not run, no .tflite file in {}: {}", files.networks->string(),
                              fmt::join(validation.missing, ", ")));
  }
  if (const auto page = optional(parsed, "html")) {
    write_file(*page, sim::format_validation_page(validation, page_command("validate", parsed)));
  }
  const std::vector<sim::Verdict> verdicts = sim::verdicts(validation);
  const bool pass =
      std::all_of(verdicts.begin(), verdicts.end(), [](const sim::Verdict& v) { return v.pass; });
  std::string text = format == Format::table  ? sim::format_validation_table(validation)
                     : format == Format::json ? write_json(sim::validation_document(validation))
                                              : write_csv(sim::validation_table(validation));
  if (!pass) throw FailedCheck(std::move(text), "an acceptance criterion is not met");
  return text;
}

}  // namespace h4h::tools
