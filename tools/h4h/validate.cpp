#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/report/format_family.hpp"
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
    "With --nets, latencies measured on silicon are printed beside the model, for information.\n"
    "--npu u65 and u85 compare single layers on the later members of Arm's family.\n";

// A comparison's text in a format, and whether all its bounds hold.
struct Written {
  std::string text;
  std::vector<sim::Verdict> verdicts;
};

template <typename Validation, typename Text, typename Json, typename Rows>
std::string written(const Validation& validation, Format format, Text text, Json json, Rows rows) {
  return format == Format::table  ? text(validation)
         : format == Format::json ? write_json(json(validation))
                                  : write_csv(rows(validation));
}

std::string checked(Written written) {
  const bool pass = std::all_of(written.verdicts.begin(), written.verdicts.end(),
                                [](const sim::Verdict& v) { return v.pass; });
  if (!pass) throw FailedCheck(std::move(written.text), "an acceptance criterion is not met");
  return std::move(written.text);
}

Written validate_family(const Parsed& parsed, const sim::ValidationFiles& files,
                        platforms::NpuType type, Format format) {
  for (const char* option : {"nets", "html"}) {
    if (given(parsed, option)) {
      throw UsageError(fmt::format("--{} goes with --npu u55 alone", option));
    }
  }
  const sim::FamilyValidation validation = sim::validate_family(files, type);
  return {written(validation, format, sim::format_family_table, sim::family_document,
                  sim::family_table),
          sim::family_verdicts(validation)};
}

}  // namespace

std::string validate(const Arguments& arguments) {
  const Formats formats{Format::table, Format::json, Format::csv};
  Options options("options");
  // clang-format off
  options.add_options()
      ("npu", po::value<std::string>()->default_value("u55")->value_name("u55|u65|u85"), "member of Arm's family that is compared; u65, u85: with npu_u65.csv or npu_u85.csv and npu_family_layers.csv, on ethos-u65-*.yaml or ethos-u85-*.yaml")
      ("reference", po::value<std::string>()->default_value("", "tests/reference")->value_name("DIR"), "npu_layers.csv, npu_networks.csv, npu_fvp.csv and optionally npu_operators.csv (with npu_operator_layers.csv) and npu_silicon.csv")
      ("nets", po::value<std::string>()->value_name("DIR"), "directory with the networks' .tflite files, at any depth")
      ("platforms", po::value<std::string>()->default_value("", "platforms")->value_name("DIR"), "ethos-u55-{high-end,deep,sram-only}.yaml and the platforms that npu_silicon.csv names")
      ("html", po::value<std::string>()->value_name("FILE"), "write an HTML page: a scatter plot and the layers with the largest deviation");
  // clang-format on
  add_format_option(options, formats);
  const Parsed parsed = parse(arguments, options, kUsage);
  if (parsed.help) return {};
  const Format format = format_of(parsed, formats);
  const Arguments npus{"u55", "u65", "u85"};
  const std::size_t npu = one_of("npu", parsed.values["npu"].as<std::string>(), npus);
  refuse_same_outputs(outputs_of(parsed, {"html"}));
  const InterruptNote note("validate keeps no partial results; rerun the command");
  sim::ValidationFiles files{
      file_of(parsed, "platforms", "platforms"), file_of(parsed, "reference", "reference"), {}};
  if (npu > 0) {
    return checked(validate_family(parsed, files, kEnumValues<platforms::NpuType>[npu], format));
  }
  if (const auto nets = optional(parsed, "nets")) files.networks = *nets;
  const sim::Validation validation = sim::validate(files);
  if (!validation.missing.empty()) {
    print_message(fmt::format("h4h: not run, no .tflite file in {}: {}", files.networks->string(),
                              fmt::join(validation.missing, ", ")));
  }
  if (const auto page = optional(parsed, "html")) {
    write_file(*page, sim::format_validation_page(validation, page_command("validate", parsed)));
  }
  return checked({written(validation, format, sim::format_validation_table,
                          sim::validation_document, sim::validation_table),
                  sim::verdicts(validation)});
}

}  // namespace h4h::tools
