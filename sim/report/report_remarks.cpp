#include "sim/report/report_remarks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace h4h::sim {
namespace {

std::string measured_remark(const std::vector<JobResult>& results) {
  const auto measured = std::count_if(results.begin(), results.end(), [](const JobResult& r) {
    return r.source == Source::measured;
  });
  const auto with_energy = std::count_if(results.begin(), results.end(),
                                         [](const JobResult& r) { return r.energy_counts; });
  return fmt::format(
      "{} of {} layers measured: their times{} are those of the platform's tables; counts, "
      "{}traces "
      "and timelines are modelled",
      measured, results.size(),
      with_energy > 0 ? fmt::format(" and the energy of {}", with_energy) : "",
      with_energy < measured ? "other dynamic energy, " : "");
}

// What a mapping leaves a reader to wonder about.
void add_remarks_on_macros(std::vector<std::string>& texts, const Report& report) {
  if (report.mapping_kind == "cim" && report.macros_in_use() == 0) {
    texts.emplace_back(
        report.platform_macros() == 0
            ? "the platform has no macros (cim.macros is 0): everything runs on the NPU"
            : "no layer can run on the macros and fits into them: "
              "everything runs on the NPU");
  }
  const bool beyond =
      std::any_of(report.devices.begin(), report.devices.end(),
                  [](const DeviceReport& d) { return d.storage.bytes > d.storage.capacity_bytes; });
  if (beyond) {
    texts.emplace_back(
        "weights beyond the capacity of the macros are costed as if they fitted "
        "(cim.capacity: ignore)");
  }
}

// "" where the platform sets all.
std::string missing_areas(const platforms::Platform& platform) {
  const platforms::Area& area = platform.coefficients.area;
  std::vector<std::string> keys;
  const auto add = [&](const std::optional<double>& given, const std::string& key) {
    if (!given) keys.push_back(key);
  };
  add(area.npu, "area.npu");
  add(area.sram, "area.sram");
  add(area.noc, "area.noc");
  add(area.weights, "area.weights");
  const std::vector<platforms::NamedDevice>& listed = platform.hardware.more;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const bool macros = std::holds_alternative<platforms::Cim>(listed[i].description);
    if (!macros) add(platform.coefficients.more[i].area.npu, listed[i].name + ".area");
  }
  if (keys.empty()) return {};
  return fmt::format("area total unknown: {} {} not set in the platform", fmt::join(keys, ", "),
                     keys.size() == 1 ? "is" : "are");
}

bool has_tables(const platforms::Hardware& hardware) {
  const std::vector<platforms::DeviceDescription> devices = platforms::devices_of(hardware);
  return std::any_of(devices.begin(), devices.end(), platforms::has_measured);
}

}  // namespace

void add_remarks(Report& report, const platforms::Platform& platform,
                 const workloads::Network& network, const std::vector<JobResult>& results) {
  std::vector<std::string>& texts = report.remarks;
  texts = network.remarks;
  if (!network.folded.empty()) {
    texts.push_back(
        fmt::format("operators of the file that are folded into others: {}; `h4h network show` "
                    "lists them",
                    network.folded.size()));
  }
  if (has_tables(platform.hardware)) texts.push_back(measured_remark(results));
  const std::string area = missing_areas(platform);
  if (!area.empty()) texts.push_back(area);
  add_remarks_on_macros(texts, report);
}

}  // namespace h4h::sim
