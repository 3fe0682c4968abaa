#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platforms/description/platform.hpp"
#include "sim/costs/job_results.hpp"

namespace h4h::studies {

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

// A curve of a chart.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;
};

struct Axis {
  std::string title;
  bool logarithmic = false;
};

struct Chart {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

struct Result {
  Table table;
  std::vector<Chart> charts;
  std::map<std::string, double> measures;  // what claims name
};

// The chip that is studied. A study looks at variants of it.
class Setup {
 public:
  // `results` must outlive it.
  Setup(std::filesystem::path platform, std::vector<std::string> overrides,
        sim::JobResults& results)
      : path_(std::move(platform)), overrides_(std::move(overrides)), results_(&results) {}

  // The platform with `changes` ("cim.macros=0") made last. Throws platforms::PlatformError.
  platforms::Platform platform(const std::vector<std::string>& changes = {}) const;
  // Where layers of all variants are answered.
  sim::JobResults& results() const { return *results_; }

 private:
  std::filesystem::path path_;
  std::vector<std::string> overrides_;
  sim::JobResults* results_;
};

// One of the paper's figures.
struct Study {
  std::string name;
  std::string shows;
  std::vector<std::string> varies;  // keys that it sets itself
  Result (*run)(const Setup&);
};

// Every study of this build, in the order of the paper's figures.
const std::vector<Study>& all_studies();

Result fig3(const Setup& setup);
Result fig5(const Setup& setup);
Result fig10(const Setup& setup);
Result fig11_hardware(const Setup& setup);
// The same for some networks of nas/spaces/h4h-imagenet.yaml, "min@192" for one.
Result fig11_hardware_of(const Setup& setup, const std::vector<std::string>& networks);

}  // namespace h4h::studies
