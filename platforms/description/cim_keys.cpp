#include "platforms/description/key_fields.hpp"
#include "platforms/description/key_tables.hpp"
#include "platforms/description/type_entries.hpp"

namespace h4h::platforms {
std::vector<Key> cim_keys(DeviceId device) {
  using D = Dimension;
  const SlotOf<Cim> slot(device);
  return {
      {"cim.macros", D::count, "compute-in-memory macros on the NoC; 0 for an NPU alone",
       INTEGER(own.macros, 0, 1024), Affects::network},
      {"cim.compute_units", D::count, "units in each macro that share every word read",
       INTEGER(own.compute_units, 1, 64), Affects::network},
      {"cim.accumulators", D::count, "output channels that one word serves",
       INTEGER(own.accumulators, 1, 256), Affects::layers},
      {"cim.products", D::count, "products summed into an accumulator per step",
       INTEGER(own.products, 1, 1024), Affects::layers},
      {"cim.weight_bits",
       D::count,
       "bits of a weight in a macro's memory, for its capacity, reloads and energy.cim_read_bit; "
       "step and energy per multiply-accumulate are their own keys",
       one_of(INTEGER(own.weight_bits, 1, 8), {1, 2, 4, 8}),
       Affects::layers,
       {},
       "8"},
      {"cim.macro_size", D::bits, "weight memory of one macro",
       INTEGER(own.macro_size_bits, 1024, 1024 * kGiB), Affects::network},
      {"cim.step", D::time, "initiation interval of a unit: one word against one input window",
       INTEGER(own.step_ps, 1, kTenUs), Affects::layers},
      {"cim.read_time", D::time, "reading a word; the interval of the steps where it is longer",
       INTEGER(own.read_time_ps, 1, kTenUs), Affects::layers},
      {"cim.stream_buffer", D::bytes,
       "input streaming buffer of a macro: half in use, half being filled",
       INTEGER(own.stream_buffer_bytes, 64, kGiB), Affects::layers},
      {"cim.outstanding", D::count, "outstanding bursts of a stream of the macros",
       INTEGER(own.outstanding, 1, 64), Affects::layers},
      {"cim.dynamic_operands.size", D::bytes,
       "operand buffer of a macro for products of two activations; half in use, half being filled; "
       "0 for macros without",
       INTEGER(own.operand_buffer_bytes, 0, kGiB), Affects::layers},
      {"cim.dynamic_operands.softmax", D::time, "softmax of a macro, per score",
       INTEGER(own.softmax_ps, 1, kTenUs), Affects::layers},
      {"cim.capacity", D::count, "whether the weights mapped to macros must fit",
       CHOICE(Capacity, own.capacity), Affects::network},
      {"cim.replication", D::count,
       "whether macros without a word of a layer repeat words of others and share their outputs",
       CHOICE(Replication, own.replication), Affects::layers},
      {"cim.word_hold", D::count,
       "how long a word serves once it is read: a step, or all outputs of a tile (an ablation: "
       "their sums are kept in the output buffer, 4 B each, from word to word)",
       CHOICE(WordHold, own.word_hold), Affects::layers},
      {"cim.volatile", D::count,
       "whether macros lose their weights without power and reload them at every wake-up",
       CHOICE(Volatility, own.volatility), Affects::network},
      {"cim.measured", D::count,
       "measured times and energies of layers on the macros, with all macros and units in use; of "
       "shared ones as smaller layers",
       TableField{MEMBER(hardware.own.measured), MeasuredIn::time}, Affects::network},
      {"energy.cim_read_bit", D::energy, "one bit of a word read in a macro",
       REAL(energy.cim_read_bit, 0, 1e-6), Affects::energy_and_area},
      {"energy.cim_mac", D::energy, "one multiply-accumulate in a macro",
       REAL(energy.cim_mac, 0, 1e-6), Affects::energy_and_area},
      {"energy.cim_conversion", D::energy,
       "one sum of a step converted to a number, in macros that compute in analog",
       REAL(energy.cim_conversion, 0, 1e-6), Affects::energy_and_area},
      {"energy.cim_write_byte", D::energy,
       "one byte of weights written into a macro: volatile ones, at every wake-up",
       REAL(energy.cim_write_byte, 0, 1e-6), Affects::energy_and_area},
      {"energy.cim_softmax", D::energy, "one score through the softmax of a macro",
       REAL(energy.cim_softmax, 0, 1e-6), Affects::energy_and_area},
      {"energy.cim_operand_byte", D::energy, "one byte read or written in a macro's buffers",
       REAL(energy.cim_operand_byte, 0, 1e-6), Affects::energy_and_area},
      {"area.cim_memory", D::area, "the memory of one macro", REAL(area.cim_memory, 0, 1e6),
       Affects::energy_and_area},
      {"area.cim_unit", D::area, "one compute unit", REAL(area.cim_unit, 0, 1e6),
       Affects::energy_and_area},
      {"area.cim_controller", D::ratio, "the input controller, as a share of the macro",
       REAL(area.cim_controller, 0, 1), Affects::energy_and_area},
      {"area.cim_operand_byte", D::area,
       "a byte of a macro's operand buffer (cim.dynamic_operands.size), on top of the macro",
       REAL(area.cim_operand_byte, 0, 1), Affects::energy_and_area},
      {"leakage.macro", D::power, "each macro that a mapping powers, without its operand buffer",
       REAL(leakage.macro, 0, 1e3), Affects::energy_and_area},
      {"leakage.cim_operand_byte", D::power,
       "a byte of the operand buffer of each macro that a mapping powers",
       REAL(leakage.cim_operand_byte, 0, 1), Affects::energy_and_area},
  };
}

TypeEntry cim_type() { return {"cim", {"cim"}, cim_keys}; }

}  // namespace h4h::platforms
