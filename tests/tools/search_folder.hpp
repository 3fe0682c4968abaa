#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/csv/csv_writer.hpp"
#include "tests/tools/support.hpp"

namespace h4h::tests {

inline constexpr char kSearchSpace[] =
    "name: small\n"
    "input_channels: 3\n"
    "classes: 10\n"
    "resolution: [24, 32]\n"
    "stages:\n"
    "  - {name: conv0, block: conv, width: [8, 16, 24], stride: 2}\n"
    "  - {name: mb1, block: mbconv, width: [16, 24, 32], depth: [1, 2], expansion: [2, 3, 4], "
    "stride: 2}\n"
    "  - {name: mb2, block: mbconv, width: [16, 32, 48], depth: [1, 2], expansion: [3, 4]}\n"
    "  - {name: mbpool, block: mbpool, width: [96, 128], expansion: 4}\n";

// A small space, and a table in which wider is better.
struct SearchFolder : TemporaryFolder {
  std::string space = write("small.yaml", kSearchSpace).string();
  std::string table = write("t.csv", accuracies()).string();

  std::string accuracies() const {
    std::string text = "genotype,accuracy\n";
    for (const std::string& genotype : lines(tests::h4h("space show " + space + " --list").out)) {
      const nlohmann::json g = nlohmann::json::parse(genotype);
      const double width = g["mb2"]["width"].get<double>() * g["mb2"]["depth"].get<double>() +
                           g["mb1"]["width"].get<double>() + g["conv0"]["width"].get<double>();
      text += csv_field(genotype) + "," + std::to_string(width / 1000 + 0.5) + "\n";
    }
    return text;
  }
  std::string out(const std::string& name) const { return (path() / name).string(); }
  std::string search(const std::string& folder, const std::string& more = "") const {
    return "search --space " + space + " --accuracy " + table + " " + kPaper +
           " --population 16 --evaluations 80 --out " + out(folder) + " " + more;
  }
};

}  // namespace h4h::tests
