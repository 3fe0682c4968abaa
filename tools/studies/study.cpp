#include "tools/studies/study.hpp"

#include <stdexcept>
#include <string_view>

namespace h4h::studies {

namespace {

constexpr std::string_view kSurrogate = "surrogate.";

// Throws std::invalid_argument for what the surrogate has not.
void set(nas::SurrogateValues& values, const platforms::Override& change) {
  for (const nas::SurrogateParameter& uncertain : nas::surrogate_parameters()) {
    if (change.key != uncertain.key) continue;
    values.*uncertain.field = std::get<double>(change.value);
    return;
  }
  throw std::invalid_argument(change.key + " is not a parameter of the surrogate");
}

Study trained(const char* name, const char* shows, Result (*run)(const Setup&)) {
  Study study{name, shows, {"cim.macros", "cim.compute_units", "cim.capacity"}, run};
  study.trains = true;
  return study;
}

Study by_accuracies(const char* name, const char* shows, Result (*run)(const Setup&)) {
  Study study = trained(name, shows, run);
  study.takes_rows = true;
  return study;
}

Study searches_runs(const char* name, const char* shows, Result (*run)(const Setup&)) {
  Study study = trained(name, shows, run);
  study.takes_runs = true;
  return study;
}

}  // namespace

void set_measure(Result& result, const std::string& name, const Interval& interval) {
  result.measures[name] = interval.mean;
  result.intervals[name] = interval;
}

std::string measure_name(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

Setup Setup::with(const std::vector<platforms::Override>& changes) const {
  Setup setup = *this;
  for (const platforms::Override& change : changes) {
    if (change.key.compare(0, kSurrogate.size(), kSurrogate) == 0) {
      set(setup.surrogate_, change);
    } else {
      setup.overrides_.push_back(change);
    }
  }
  return setup;
}

platforms::Platform Setup::platform(const std::vector<platforms::Override>& changes) const {
  std::vector<platforms::Override> all = overrides_;
  all.insert(all.end(), changes.begin(), changes.end());
  return platforms::with(platform_, all);
}

const std::vector<Study>& all_studies() {
  static const std::vector<Study> studies{
      {"fig1",
       "published accuracies over MACs on ImageNet: table 2 of the paper beside other networks",
       {},
       fig1,
       fig1_again,
       false,
       true},
      {"fig3",
       "throughput and energy efficiency of the NPU versus layer size",
       {"cim.macros"},
       fig3,
       nullptr,
       false,
       true},
      {"fig5",
       "1, 4 and 8 macros against the NPU, layer by layer",
       {"cim.macros"},
       fig5,
       nullptr,
       false,
       true},
      {"pointwise",
       "8 macros against the NPU on the pointwise layers of the built-in networks",
       {"cim.macros"},
       pointwise,
       nullptr,
       false,
       true},
      {"fig7",
       "searches for accuracy (surrogate) and latency on 0, 1, 4 and 8 macros",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig7,
       fig7_again,
       true},
      {"fig8",
       "searches of hybrid, IRB and ResNet networks (surrogate) on the NPU alone and on 8 macros",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig8,
       fig8_again,
       true},
      {"energy",
       "searches for accuracy (surrogate) and energy on 0 to 8 macros of 1, 2 and 4 units",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       energy,
       energy_again,
       true},
      {"fig10",
       "area, reads and energy of a layer versus macros and compute units",
       {"cim.macros", "cim.compute_units"},
       fig10,
       nullptr,
       false,
       true},
      {"fig11-hardware",
       "latency and energy of four networks versus macros and compute units",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig11_hardware,
       fig11_hardware_again},
      {"energy-hardware",
       "ablations of the energy that macros and units save: capacity, held words, NoC, attention",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       energy_hardware},
      {"npu-generations",
       "latency and energy that 1, 4 and 8 macros save beside an Ethos-U55, U65 and U85",
       {"npu.type", "npu.macs_per_cycle", "npu.outstanding", "npu.softmax.cycles_per_element",
        "npu.dynamic_matmul.rule", "sram.burst", "cim.macros", "cim.compute_units"},
       npu_generations},
      {"tpi-cost",
       "MACs of training: what TPI adds to a supernet that is trained in one phase",
       {},
       tpi_cost,
       tpi_cost_again,
       false,
       true},
      by_accuracies(
          "table2",
          "test accuracies of the smallest, the largest and fixed networks by training recipe",
          table2),
      by_accuracies(
          "table2-controls",
          "the same with gradient projection, and with head or batch norms otherwise in phase 2",
          table2_controls),
      searches_runs("fig7-trained",
                    "searches of a trained supernet for latency on 0, 1, 4 and 8 macros",
                    fig7_trained),
      trained("fig8-trained",
              "searches of ResNet, IRB and hybrid supernets, by training recipe, on the NPU alone",
              fig8_trained),
      searches_runs("energy-trained",
                    "searches of a trained supernet for energy on 0, 1, 4 and 8 macros",
                    energy_trained),
      searches_runs(
          "fig9",
          "transformers for ten IRB layers on fronts of a trained supernet, and what macros save",
          fig9),
      searches_runs("fig11",
                    "searches of a trained supernet for energy on one macro of 1, 2 and 4 units",
                    fig11),
      trained("conflict",
              "cosines of the gradients of CNN and hybrid networks of a supernet on one batch",
              conflict),
  };
  return studies;
}

const std::vector<LeftOut>& left_out() {
  static const std::vector<LeftOut> all{
      {"table 2 and figures 7, 8, 9 and 11 on ImageNet",
       "fig7, fig8 and energy search with the surrogate; table2, fig7-trained, fig8-trained, "
       "energy-trained, fig9 and fig11 train supernets on small images instead"},
      {"figure 1 as drawn",
       "its axes and values are not in the text; fig1 has what is published of other networks"},
      {"section 6.1 on chips with macros",
       "fig8 has it with the surrogate; fig8-trained is on the NPU alone"},
  };
  return all;
}

Measures measures_again(const Study& study, const Setup& variant, const Result& base) {
  return study.again == nullptr ? study.run(variant).measures : study.again(variant, base);
}

}  // namespace h4h::studies
