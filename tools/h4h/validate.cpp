#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>

#include "base/csv/csv_writer.hpp"
#include "base/json/json_writer.hpp"
#include "sim/report/format_validation.hpp"
#include "tools/h4h/command.hpp"
#include "tools/h4h/write_file.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

const char kUsage[] =
    "usage: h4h validate [options]\n"
    "Holds the NPU against figures of Arm's: single layers and networks by both estimators of its\n"
    "compiler, a network on its fixed virtual platform. Exit code 1 where a bound does not hold.\n"
    "Without --nets, networks are left out: their files are not ours to ship. With it, latencies\n"
    "measured on silicon are printed beside the model, for information.\n";

}  // namespace

std::string validate(const Arguments& arguments) {
  po::options_description options("options");
  // clang-format off
  options.add_options()
      ("reference", po::value<std::string>()->default_value(H4H_SOURCE_DIR "/tests/reference")->value_name("DIR"), "npu_layers.csv, npu_networks.csv, npu_fvp.csv and, where it is there, npu_silicon.csv")
      ("nets", po::value<std::string>()->value_name("DIR"), "the networks' .tflite files, in any folder below")
      ("platforms", po::value<std::string>()->default_value(H4H_SOURCE_DIR "/platforms")->value_name("DIR"), "ethos-u55-{high-end,deep,sram-only}.yaml and those that npu_silicon.csv names")
      ("format", po::value<std::string>()->default_value("table")->value_name("HOW"), "table, json, or csv (a row a layer)")
      ("html", po::value<std::string>()->value_name("FILE"), "write a page: the scatter, the worst rows and where their time goes");
  // clang-format on
  const Parsed parsed = parse(arguments, options, kUsage);
  if (parsed.help) return {};
  const Format format = format_of(parsed, {Format::table, Format::json, Format::csv});
  sim::ValidationFiles files{required(parsed, "platforms"), required(parsed, "reference"), {}};
  if (const auto nets = optional(parsed, "nets")) files.networks = *nets;
  const sim::Validation validation = sim::validate(files);
  if (!validation.missing.empty()) {
    std::cerr << fmt::format("h4h: left out, no file below {}: {}\n", files.networks->string(),
                             fmt::join(validation.missing, ", "));
  }
  if (const auto page = optional(parsed, "html")) {
    write_file(*page, sim::format_validation_page(validation));
  }
  const std::vector<sim::Verdict> verdicts = sim::verdicts(validation);
  const bool pass =
      std::all_of(verdicts.begin(), verdicts.end(), [](const sim::Verdict& v) { return v.pass; });
  std::string text = format == Format::table  ? sim::format_validation_table(validation)
                     : format == Format::json ? write_json(sim::validation_document(validation))
                                              : write_csv(sim::validation_table(validation));
  if (!pass) throw FailedCheck(std::move(text), "a bound does not hold");
  return text;
}

}  // namespace h4h::tools
