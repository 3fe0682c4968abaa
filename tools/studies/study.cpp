#include "tools/studies/study.hpp"

#include <stdexcept>
#include <string_view>

#include "platforms/description/loader.hpp"

namespace h4h::studies {

namespace {

constexpr std::string_view kSurrogate = "surrogate.";

// Throws std::invalid_argument for what the surrogate has not.
void set(nas::SurrogateValues& values, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  for (const nas::SurrogateUnknown& unknown : nas::surrogate_unknowns()) {
    if (setting.substr(0, equals) != unknown.key) continue;
    values.*unknown.field = std::stod(setting.substr(equals + 1));
    return;
  }
  throw std::invalid_argument(setting + " is nothing of the surrogate");
}

}  // namespace

Setup Setup::with(const std::vector<std::string>& changes) const {
  Setup setup = *this;
  for (const std::string& change : changes) {
    if (change.compare(0, kSurrogate.size(), kSurrogate) == 0) {
      set(setup.surrogate_, change);
    } else {
      setup.overrides_.push_back(change);
    }
  }
  return setup;
}

platforms::Platform Setup::platform(const std::vector<std::string>& changes) const {
  std::vector<std::string> all = overrides_;
  all.insert(all.end(), changes.begin(), changes.end());
  return platforms::load_platform(path_, all);
}

const std::vector<Study>& all_studies() {
  static const std::vector<Study> studies{
      {"fig3", "throughput and energy efficiency of the NPU over layer size", {"cim.macros"}, fig3},
      {"fig5",
       "1, 4 and 8 macros against the NPU, layer by layer",
       {"cim.macros", "noc.duplex"},
       fig5},
      {"fig7",
       "searches for accuracy (surrogate) and latency on 0, 1, 4 and 8 macros",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig7,
       fig7_again,
       true},
      {"energy",
       "searches for accuracy (surrogate) and energy on 0 to 8 macros of 1, 2 and 4 units",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       energy,
       energy_again,
       true},
      {"fig10",
       "area, reads and energy of a layer over macros and compute units",
       {"cim.macros", "cim.compute_units"},
       fig10},
      {"fig11-hardware",
       "latency and energy of four networks over macros and compute units",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig11_hardware,
       fig11_hardware_again},
      {"energy-hardware",
       "what the energy saved by macros and units hangs on: capacity, held words, NoC, attention",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       energy_hardware},
  };
  return studies;
}

Measures measures_again(const Study& study, const Setup& variant, const Result& base) {
  return study.again == nullptr ? study.run(variant).measures : study.again(variant, base);
}

}  // namespace h4h::studies
