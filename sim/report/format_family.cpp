#include "sim/report/format_family.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text/table_writer.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

constexpr const char kSchema[] = "h4h.family/1";

bool is_u85(const FamilyValidation& v) { return v.type == platforms::NpuType::ethos_u85; }

Column fixed(const char* name, std::size_t width, const char* format) {
  return real_column(name).with_width(width).with_format(format);
}

std::string size_text(const FamilyGroup& g) {
  return g.macs_per_cycle == 0 ? "all" : std::to_string(g.macs_per_cycle);
}

std::vector<Column> agreement_columns() {
  return {text_column("layers").with_width(11),
          text_column("MACs").with_width(4).with_gap(1),
          integer_column("n").with_width(5),
          fixed("bias", 6, "+.3f"),
          fixed("mean", 5, ".3f"),
          fixed("inside", 7, ".1f").with_suffix(" %")};
}

std::string u65_table(const FamilyValidation& v, bool judged) {
  Table table(agreement_columns());
  for (const FamilyGroup& g : family_groups(v, judged)) {
    table.add_row({g.name, size_text(g), g.count, g.bias, g.mean, 100 * g.inside});
  }
  return write_text(table);
}

// The last two columns: with the kernel steps of the hardware.
std::string u85_table(const FamilyValidation& v) {
  std::vector<Column> columns = agreement_columns();
  columns.push_back(fixed("hw bias", 7, "+.3f"));
  columns.push_back(fixed("hw mean", 7, ".3f"));
  Table table(std::move(columns));
  for (const FamilyGroup& g : family_groups(v, true)) {
    table.add_row({g.name, size_text(g), g.count, g.bias, g.mean, 100 * g.inside, g.hardware_bias,
                   g.hardware_mean});
  }
  return write_text(table);
}

std::string groups_text(const FamilyValidation& v) {
  if (is_u85(v)) {
    return "Ethos-U85: layers, ln(simulated / regor); Shared_Sram and Sram_Only\n"
           "bias, mean, inside (within 10 %): npu.traversal=estimator; hw: "
           "npu.traversal=hardware\n" +
           u85_table(v);
  }
  return "Ethos-U65: layers, ln(simulated / the nearer estimator); Shared_Sram and Sram_Only\n"
         "inside: within [0.9 min(regor, legacy), 1.1 max(regor, legacy)]\n" +
         u65_table(v, true) +
         "\nDedicated_Sram, for information: the two estimators hardly agree about it\n" +
         u65_table(v, false);
}

std::string verdict_table(const FamilyValidation& v) {
  std::string text = "\nAcceptance criteria\n";
  for (const Verdict& verdict : family_verdicts(v)) {
    text += fmt::format("{}  {:<47} {:>11}  {}\n", verdict.pass ? "PASS" : "FAIL", verdict.what,
                        verdict.figure, verdict.bound);
  }
  return text;
}

Document group_document(const FamilyGroup& g) {
  return {{"layers", g.name},
          {"macs_per_cycle", g.macs_per_cycle},
          {"n", g.count},
          {"bias", g.bias},
          {"mean", g.mean},
          {"inside", g.inside},
          {"hardware_bias", g.hardware_bias},
          {"hardware_mean", g.hardware_mean}};
}

Document groups_document(const FamilyValidation& v, bool judged) {
  Document all = Document::array();
  for (const FamilyGroup& g : family_groups(v, judged)) all.push_back(group_document(g));
  return all;
}

}  // namespace

std::string format_family_table(const FamilyValidation& v) {
  return groups_text(v) + verdict_table(v);
}

Document family_document(const FamilyValidation& v) {
  Document verdicts = Document::array();
  for (const Verdict& verdict : family_verdicts(v)) {
    verdicts.push_back({{"what", verdict.what},
                        {"figure", verdict.figure},
                        {"bound", verdict.bound},
                        {"pass", verdict.pass}});
  }
  Document json = provenance(kSchema);
  json.update({{"npu", std::string(to_string(v.type))},
               {"verdicts", verdicts},
               {"groups", groups_document(v, true)},
               {"dedicated_sram", groups_document(v, false)}});
  return json;
}

Table family_table(const FamilyValidation& v) {
  Table table({text_column("layer_id"), text_column("op"), integer_column("macs_per_cycle"),
               text_column("system"), real_column("cycles"), real_column("hardware_cycles"),
               real_column("regor_cycles"), real_column("legacy_cycles")});
  for (const FamilyCheck& c : v.checks) {
    table.add_row({c.id, c.op, c.macs_per_cycle, c.system, c.cycles.ours, c.hardware_steps,
                   c.cycles.regor, c.cycles.legacy});
  }
  return with_provenance(std::move(table), kSchema);
}

}  // namespace h4h::sim
