#include "tools/studies/study.hpp"

#include "platforms/description/loader.hpp"

namespace h4h::studies {

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
      {"fig10",
       "area, reads and energy of a layer over macros and compute units",
       {"cim.macros", "cim.compute_units"},
       fig10},
      {"fig11-hardware",
       "latency and energy of four networks over macros and compute units",
       {"cim.macros", "cim.compute_units", "cim.capacity"},
       fig11_hardware},
  };
  return studies;
}

}  // namespace h4h::studies
