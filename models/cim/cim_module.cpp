#include "models/cim/cim_module.hpp"

#include <fmt/format.h>

#include "models/time/sc_time.hpp"

namespace h4h::models {
namespace {

constexpr std::int64_t kHalves =
    2;  // of the input and the output buffer: one computes, one streams

}  // namespace

CimModule::CimModule(sc_core::sc_module_name name, DeviceId id, const platforms::Cim& cim)
    : DeviceModule(name, id),
      input_("input", Lane::cim_dma_input, Lane::cim_spill_read, id, Direction::read),
      output_("output", Lane::cim_dma_output, Lane::cim_spill_write, id, Direction::write),
      cim_(cim),
      input_free_("input_free", kHalves),
      input_full_("input_full", 0),
      output_free_("output_free", kHalves),
      output_full_("output_full", 0) {
  for (StreamPort* port : {&input_, &output_}) port->set_outstanding(cim.outstanding);
  SC_HAS_PROCESS(CimModule);
  SC_THREAD(load_inputs);
  SC_THREAD(compute);
  SC_THREAD(write_outputs);
}

void CimModule::bind(NocModule& noc, NocModule* /*weight_port*/) {
  for (StreamPort* port : {&input_, &output_}) port->socket.bind(noc.initiators);
}

void CimModule::start(const DevicePlan& plan) {
  plan_ = &std::get<CimPlan>(plan);
  begin_work();
  for (StreamPort* port : {&input_, &output_}) port->start_layer();
  start_.notify(sc_core::SC_ZERO_TIME);
}

void CimModule::record(Recorder* recorder) {
  recorder_ = recorder;
  for (StreamPort* port : {&input_, &output_}) port->record(recorder);
}

std::string CimModule::state() const {
  if (!working()) return fmt::format("{}: idle", basename());
  return fmt::format("{}: tile {} of {}; full: input {}, output {}", basename(), tile_,
                     plan_->tiles.size(), input_full_.available(), output_full_.available());
}

void CimModule::load_inputs() {
  while (true) {
    wait(start_);
    std::int64_t order = 0;
    for (const CimTile& tile : plan_->tiles) {
      const Picoseconds free_since = input_free_.take();
      input_.set_run(tile.input_run);
      input_.transfer(plan_->spilled_input ? kExternal : kSram, tile.input_bytes, order++,
                      free_since);
      input_full_.put();
    }
  }
}

void CimModule::compute() {
  while (true) {
    wait(start_);
    tile_ = 0;
    counts_[Event::cim_mac] += plan_->macs;
    for (const CimTile& tile : plan_->tiles) {
      input_full_.take();
      output_free_.take();
      const Picoseconds begin = now();
      wait_for(compute_time(cim_, tile));
      busy_ += now() - begin;
      counts_[Event::cim_read_bit] += tile.word_reads * cim_.word_bits();
      counts_[Event::cim_operand_byte] += tile.operand_bytes;
      counts_[Event::cim_conversion] += tile.conversions;
      counts_[Event::cim_softmax] += tile.all_scores;
      if (recorder_ != nullptr) recorder_->record(id(), Lane::cim_compute, begin, now());
      input_free_.put();
      output_full_.put();
      ++tile_;
    }
  }
}

void CimModule::write_outputs() {
  while (true) {
    wait(start_);
    // A tile's write is as urgent as the tile that waits for its half of the buffer.
    std::int64_t order = kHalves;
    for (const CimTile& tile : plan_->tiles) {
      const Picoseconds full_since = output_full_.take();
      output_.set_run(tile.output_run);
      output_.transfer(plan_->spills_output ? kExternal : kSram, tile.output_bytes, order++,
                       full_since);
      output_free_.put();
    }
    end_work();
  }
}

}  // namespace h4h::models
