#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/table/table.hpp"
#include "nas/accuracy/surrogate.hpp"
#include "nas/search/search.hpp"
#include "platforms/description/overrides.hpp"
#include "sim/costs/job_results.hpp"

namespace h4h::studies {

// A curve of a chart, or points alone.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;
  bool joined = true;
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

// What claims name.
using Measures = std::map<std::string, double>;

// A mean over trainings with other seeds, and an interval of 95 % of it. Of one training the ends
// are infinite, of none they are not a number.
struct Interval {
  double mean = 0, low = 0, high = 0;
  std::size_t count = 0;

  bool has_ends() const { return count > 1; }
};

struct Result {
  Table table;
  std::vector<Chart> charts;
  Measures measures;
  std::map<std::string, Interval> intervals{};  // of some of the measures
  std::vector<nas::Genotype> networks{};  // that a search has found, to be costed again elsewhere
  std::vector<std::string> mappings{};    // of its runs, to be compared with those elsewhere
  // The same as `networks`, where several spaces are searched: by the space's name.
  std::map<std::string, std::vector<nas::Genotype>> networks_by_space{};
};

void set_measure(Result& result, const std::string& name, const Interval& interval);
// "tpi_freeze" of "tpi-freeze".
std::string measure_name(std::string name);

// A measure of studies on variants: the share of their runs for which another mapping is best than
// on the chip as it is.
inline constexpr const char kOtherMappings[] = "other_mappings_share";

class Trainings;

// The chip that is studied. A study looks at variants of it.
class Setup {
 public:
  // `results` must outlive it.
  Setup(platforms::Platform platform, sim::JobResults& results)
      : platform_(std::move(platform)), results_(&results) {}

  // The same with these made last, of the platform or of the surrogate ("surrogate.scatter").
  Setup with(const std::vector<platforms::Override>& changes) const;
  // How long studies search, and which way.
  void set_search(const nas::SearchSettings& search) { search_ = search; }
  // Supernets, for the studies that train some; it must outlive the setup.
  void set_trainings(Trainings* trainings) { trainings_ = trainings; }
  Trainings* trainings() const { return trainings_; }
  // Who hears how far a study is.
  void set_listener(std::function<void(const std::string&)> listener) {
    listener_ = std::move(listener);
  }

  // The platform with `changes` made last. Throws platforms::PlatformError.
  platforms::Platform platform(const std::vector<platforms::Override>& changes = {}) const;
  // Where layers of all variants are answered.
  sim::JobResults& results() const { return *results_; }
  const nas::SurrogateValues& surrogate() const { return surrogate_; }
  const nas::SearchSettings& search() const { return search_; }
  void tell(const std::string& what) const {
    if (listener_) listener_(what);
  }

 private:
  platforms::Platform platform_;
  std::vector<platforms::Override> overrides_;
  nas::SurrogateValues surrogate_;
  nas::SearchSettings search_;
  std::function<void(const std::string&)> listener_;
  sim::JobResults* results_;
  Trainings* trainings_ = nullptr;
};

// A network that a study looks at does not run on the chip.
class DoesNotRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One of the paper's figures, or an experiment of ours.
struct Study {
  std::string name;
  std::string shows;
  std::vector<std::string> varies;  // keys that it sets itself
  Result (*run)(const Setup&);
  // On a variant of the setup, with what `run` has found; where it finds nothing, `run` again.
  Measures (*again)(const Setup&, const Result&) = nullptr;
  bool by_surrogate = false;  // accuracies are estimates
  bool no_attention = false;  // none of its layers multiplies two feature maps
  bool trains = false;        // supernets: needs Setup::trainings
  bool takes_runs = false;    // or searches supernets that the user has trained
  bool takes_rows = false;    // or asks for nothing but test accuracies of its own networks
};

// Every study of this build, in the order of the paper's figures.
const std::vector<Study>& all_studies();

// A result of the paper that no study reproduces, and why.
struct LeftOut {
  std::string what, why;
};
const std::vector<LeftOut>& left_out();

Measures measures_again(const Study& study, const Setup& variant, const Result& base);

// Of no chip: published accuracies.
Result fig1(const Setup& setup);
Measures fig1_again(const Setup& setup, const Result& base);
Result fig3(const Setup& setup);
Result fig5(const Setup& setup);
Result pointwise(const Setup& setup);
Result fig7(const Setup& setup);
Measures fig7_again(const Setup& setup, const Result& base);
Result fig8(const Setup& setup);
Measures fig8_again(const Setup& setup, const Result& base);
Result energy(const Setup& setup);
Measures energy_again(const Setup& setup, const Result& base);
Result fig10(const Setup& setup);
Result fig11_hardware(const Setup& setup);
Measures fig11_hardware_again(const Setup& setup, const Result& base);
// The same for some networks of nas/spaces/h4h-imagenet.yaml, "min@192" for one.
Result fig11_hardware_of(const Setup& setup, const std::vector<std::string>& networks);
Result energy_hardware(const Setup& setup);
Result energy_hardware_of(const Setup& setup, const std::vector<std::string>& networks);
// What macros save beside an Ethos-U55, U65 and U85 (tools/studies/npu_generations.cpp).
Result npu_generations(const Setup& setup);
// The same for some networks, builders' or of nas/spaces/h4h-imagenet.yaml, and so many samples of
// the platform's unknown values.
Result npu_generations_of(const Setup& setup, const std::vector<std::string>& networks,
                          std::size_t samples);
// What recipes of training cost on nas/spaces/h4h-imagenet.yaml, in MACs; of no chip.
Result tpi_cost(const Setup& setup);
Measures tpi_cost_again(const Setup& setup, const Result& base);
// With trained supernets (tools/studies/trained).
Result table2(const Setup& setup);
Result table2_controls(const Setup& setup);
Result fig8_trained(const Setup& setup);
Result fig7_trained(const Setup& setup);
Result energy_trained(const Setup& setup);
Result fig9(const Setup& setup);
Result fig11(const Setup& setup);
Result conflict(const Setup& setup);

}  // namespace h4h::studies
