#include "models/cim/cim_device.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/cim/cim_bound.hpp"

namespace h4h::models {

using workloads::LayerShape;

CimDevice::CimDevice(std::string name, const platforms::Cim& cim, const platforms::Hardware& chip)
    : Device(std::move(name), cim),
      cim_(cim),
      noc_(chip.noc),
      sram_(chip.sram),
      external_(chip.external) {}

bool CimDevice::can_run(const LayerShape& layer) const { return cim_can_run(cim_, layer); }

std::string CimDevice::cannot_run(const LayerShape& layer) const {
  return cim_cannot_run(cim_, layer);
}

std::int64_t CimDevice::share_unit(const LayerShape& layer) const {
  return cim_share_unit(cim_, layer);
}

// The link and the memories that a share passes.
CimStreams CimDevice::streams(const DeviceTask& task) const {
  return {noc_, task.spilled_input_bytes > 0 ? external_ : sram_,
          task.spills_output ? external_ : sram_, task.with_others};
}

DevicePlan CimDevice::plan(const DeviceTask& task) const {
  const auto& [channels, macros, units] = task.share;
  if (macros < 1 || units < 1) {
    throw std::invalid_argument("a share for macros needs at least one macro and one unit");
  }
  CimPlan plan =
      best_cim_plan(cim_, streams(task), macros, units, task.layer, task.input, task.output);
  plan.spilled_input = task.spilled_input_bytes > 0;
  plan.spills_output = task.spills_output;
  return plan;
}

WorkBound CimDevice::bound(const DeviceTask& task) const {
  const auto& [channels, macros, units] = task.share;
  const bool has_words = workloads::cim_support(task.layer.op) == workloads::CimSupport::weights;
  const CimPlan least =
      has_words ? least_cim_plan(cim_, macros, units, task.layer, task.input, task.output)
                : std::get<CimPlan>(plan(task));
  return cim_bound(cim_, streams(task), least, task.spilled_input_bytes > 0, task.spills_output);
}

std::optional<MacroGroup> CimDevice::macro_group() const {
  return MacroGroup{cim_.macros,
                    cim_.compute_units,
                    cim_.words_per_macro(),
                    cim_.word_bits(),
                    cim_.weight_bits,
                    cim_.capacity == platforms::Capacity::enforce,
                    cim_.volatility == platforms::Volatility::reloads};
}

std::int64_t CimDevice::words_taken(const LayerShape& share, std::int64_t macros) const {
  return macros * cim_words_per_macro(cim_, share, macros);
}

std::int64_t CimDevice::words_held(const LayerShape& share, std::int64_t macros) const {
  return cim_words(cim_, share, macros);
}

// A step of every unit at once, as long as reading its word takes at least.
double CimDevice::peak_macs_per_s(const Share& share) const {
  const double steps_per_s =
      1e12 / static_cast<double>(std::max({cim_.step_ps, cim_.read_time_ps, std::int64_t{1}}));
  return static_cast<double>(share.macros * share.units * cim_.accumulators * cim_.products) *
         steps_per_s;
}

const platforms::MeasuredTable* CimDevice::measured(const Share& share) const {
  const bool all = share.macros == cim_.macros && share.units == cim_.compute_units;
  return all && !cim_.measured.empty() ? &cim_.measured : nullptr;
}

std::vector<Event> CimDevice::events() const {
  return {Event::cim_read_bit, Event::cim_mac, Event::cim_conversion, Event::cim_softmax,
          Event::cim_operand_byte};
}

const DeviceLanes& CimDevice::lanes() {
  static const DeviceLanes kAll{
      "cim_",
      {Lane::noc_tenure, Lane::cim_dma_input, Lane::cim_dma_output},
      Lane::cim_spill_read,
      Lane::cim_spill_write,
      {Lane::cim_dma_input, Lane::cim_dma_output, Lane::cim_spill_read, Lane::cim_spill_write},
      {},
      Event::cim_mac};
  return kAll;
}

}  // namespace h4h::models
