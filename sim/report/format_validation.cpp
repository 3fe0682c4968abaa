#include "sim/report/format_validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text/table_writer.hpp"
#include "base/text/wrap.hpp"
#include "models/time/picoseconds.hpp"
#include "sim/report/format_silicon.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

constexpr const char kSchema[] = "h4h.validation/1";

Column fixed(const char* name, std::size_t width, const char* format) {
  return real_column(name).with_width(width).with_format(format);
}
Column percent(const char* name, std::size_t width) {
  return fixed(name, width, ".1f").with_suffix(" %");
}

void add_group(Table& table, const Group& g) {
  table.add_row({g.op, g.macs_per_cycle, g.system, g.ours.count, g.ours.bias, g.ours.mean,
                 g.ours.p90, 100 * g.ours.inside, g.legacy.mean});
}

std::string group_table(const Validation& v) {
  Table table({text_column("op").with_width(8), integer_column("MACs").with_width(4).with_gap(1),
               text_column("system").with_width(9).with_gap(1), integer_column("n").with_width(4),
               fixed("bias", 6, "+.3f"), fixed("mean", 5, ".3f"), fixed("p90", 5, ".3f"),
               percent("inside", 7), fixed("legacy mean", 5, ".3f")});
  for (const Group& group : groups(v.layers)) add_group(table, group);
  const std::vector<Compared> all = simulated(v.layers);
  add_group(table, {"all", "", 0, agreement(all), legacy_agreement(all)});
  return "Layers, ln(simulated / regor)\n"
         "inside: within [0.9 min(regor, legacy), 1.1 max(regor, legacy)]\n" +
         write_text(table);
}

std::string operator_table(const Validation& v) {
  if (v.operators.empty()) return {};
  Table table({text_column("op").with_width(20), integer_column("MACs").with_width(4).with_gap(1),
               integer_column("n").with_width(4), fixed("bias", 6, "+.3f"), fixed("mean", 5, ".3f"),
               percent("inside", 7), text_column("over").with_width(4)});
  const std::vector<OperatorGroup> groups = operator_groups(v.operators);
  std::size_t over = 0;
  for (const OperatorGroup& g : groups) {
    if (g.mean > kOperatorBound) ++over;
    table.add_row({g.op, g.macs_per_cycle, g.count, g.bias, g.mean, 100 * g.inside,
                   g.mean > kOperatorBound ? "over" : ""});
  }
  return fmt::format(
             "\nOther operators, ln(simulated / the nearer estimator); over: mean > {}, {} of {}\n",
             kOperatorBound, over, groups.size()) +
         write_text(table);
}

std::string ablation_table(const Validation& v) {
  Table table({text_column("setting").with_width(22), fixed("mean", 5, ".3f").with_gap(1),
               fixed("bias", 6, "+.3f"), percent("inside", 7)});
  const auto add = [&](const std::string& setting, const Agreement& a) {
    table.add_row({setting, a.mean, a.bias, 100 * a.inside});
  };
  add("default", agreement(simulated(v.layers)));
  for (const Ablation& ablation : v.ablations) add(ablation.setting, ablation.all);
  return "\nAblations: one mechanism disabled, all layers\n" + write_text(table);
}

std::string network_table(const Validation& v) {
  constexpr std::size_t kName = 22;  // characters of a network's name in lines of 80
  if (v.networks.empty())
    return "\nNetworks: left out; pass --nets DIR, the directory of their files\n";
  Table table({text_column("network").with_width(kName),
               integer_column("MACs").with_width(4).with_gap(1),
               text_column("system").with_width(9).with_gap(1), fixed("ours", 8, ".0f").with_gap(1),
               fixed("regor", 8, ".0f").with_gap(1), fixed("legacy", 8, ".0f").with_gap(1),
               percent("outside", 7).with_gap(1),
               fixed("weights", 7, "+.1f").with_suffix(" %").with_empty("-").with_gap(1)});
  for (const NetworkCheck& n : v.networks) {
    std::optional<double> bytes;  // in percent above Regor's
    if (n.regor_weight_bytes != 0) bytes = 100 * (n.weight_bytes / n.regor_weight_bytes - 1);
    table.add_row({shortened(n.name, kName), n.macs_per_cycle, n.system, n.cycles.ours,
                   n.cycles.regor, n.cycles.legacy, 100 * outside(n.cycles), bytes});
  }
  std::string text = "\nNetworks, cycles\n" + write_text(table);
  for (const RunCheck& r : v.runs) {
    text += wrapped(fmt::format("FVP {} on {}: cycles {:.0f} of {:.0f}, activation reads {:.0f} of "
                                "{:.0f}, writes {:.0f} "
                                "of {:.0f}, weights {:.0f} of {:.0f} beats\n",
                                r.name, r.macs_per_cycle, r.cycles, r.reference.cycles, r.reads,
                                r.reference.read_beats, r.writes, r.reference.write_beats,
                                r.weights, r.reference.weight_beats),
                    4);
  }
  return text;
}

std::string verdict_table(const Validation& v) {
  std::string text = "\nAcceptance criteria\n";
  for (const Verdict& verdict : verdicts(v)) {
    text += fmt::format("{}  {:<47} {:>11}  {}\n", verdict.pass ? "PASS" : "FAIL", verdict.what,
                        verdict.figure, verdict.bound);
  }
  return text;
}

Document agreement_document(const Agreement& a) {
  return {{"n", a.count}, {"bias", a.bias}, {"mean", a.mean}, {"p90", a.p90}, {"inside", a.inside}};
}

Document compared_document(const Compared& c) {
  return {{"ours", c.ours}, {"regor", c.regor}, {"legacy", c.legacy}};
}

Document verdicts_document(const Validation& v) {
  Document all = Document::array();
  for (const Verdict& verdict : verdicts(v)) {
    all.push_back({{"what", verdict.what},
                   {"figure", verdict.figure},
                   {"bound", verdict.bound},
                   {"pass", verdict.pass}});
  }
  return all;
}

Document groups_document(const Validation& v) {
  Document all = Document::array();
  for (const Group& g : groups(v.layers)) {
    all.push_back({{"op", g.op},
                   {"macs_per_cycle", g.macs_per_cycle},
                   {"system", g.system},
                   {"ours", agreement_document(g.ours)},
                   {"legacy", agreement_document(g.legacy)}});
  }
  return all;
}

Document operators_document(const Validation& v) {
  Document all = Document::array();
  for (const OperatorGroup& g : operator_groups(v.operators)) {
    all.push_back({{"op", g.op},
                   {"macs_per_cycle", g.macs_per_cycle},
                   {"n", g.count},
                   {"bias", g.bias},
                   {"mean", g.mean},
                   {"inside", g.inside}});
  }
  return all;
}

Document networks_document(const Validation& v) {
  Document all = Document::array();
  for (const NetworkCheck& n : v.networks) {
    all.push_back({{"name", n.name},
                   {"macs_per_cycle", n.macs_per_cycle},
                   {"system", n.system},
                   {"cycles", compared_document(n.cycles)},
                   {"weight_bytes", n.weight_bytes},
                   {"regor_weight_bytes", n.regor_weight_bytes}});
  }
  return all;
}

Document runs_document(const Validation& v) {
  Document all = Document::array();
  for (const RunCheck& r : v.runs) {
    all.push_back({{"name", r.name},
                   {"macs_per_cycle", r.macs_per_cycle},
                   {"cycles", Document::array({r.cycles, r.reference.cycles})},
                   {"read_beats", Document::array({r.reads, r.reference.read_beats})},
                   {"write_beats", Document::array({r.writes, r.reference.write_beats})},
                   {"weight_beats", Document::array({r.weights, r.reference.weight_beats})}});
  }
  return all;
}

double off(const LayerCheck& layer) {
  return std::abs(std::log(layer.simulated.ours / layer.simulated.regor));
}

// Shares of a layer's time in which its parts work.
Document worst_document(const LayerCheck& l) {
  const JobResult& r = l.result;
  const auto share = [&](models::Picoseconds busy) {
    return to_seconds(busy) / to_seconds(r.time);
  };
  const bool own_port = l.system != "sram-only";
  return {{"id", l.id},
          {"op", l.op},
          {"system", l.system},
          {"macs_per_cycle", l.macs_per_cycle},
          {"input", workloads::to_string(l.input)},
          {"output", workloads::to_string(l.output)},
          {"cycles", compared_document(l.simulated)},
          {"closed", l.closed.ours},
          {"npu", share(r.busy_of(platforms::kNpu))},
          {"noc", share(r.noc_busy)},
          {"weights", own_port ? Document(1 - share(r.weights_idle)) : Document()}};
}

Document worst_rows(const Validation& v) {
  constexpr std::size_t kRows = 40;
  std::vector<const LayerCheck*> layers;
  for (const LayerCheck& layer : v.layers) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [](const LayerCheck* a, const LayerCheck* b) { return off(*a) > off(*b); });
  Document rows = Document::array();
  for (std::size_t i = 0; i < std::min(kRows, layers.size()); ++i) {
    rows.push_back(worst_document(*layers[i]));
  }
  return rows;
}

// [regor, ours, legacy] of every layer, by operator.
Document scatter_document(const Validation& v) {
  Document scatter = Document::object();
  for (const LayerCheck& l : v.layers) {
    scatter[l.op].push_back(
        Document::array({l.simulated.regor, l.simulated.ours, l.simulated.legacy}));
  }
  return scatter;
}

}  // namespace

std::string format_validation_table(const Validation& validation) {
  return group_table(validation) + operator_table(validation) + ablation_table(validation) +
         network_table(validation) + silicon_table(validation.silicon) + verdict_table(validation);
}

Document validation_document(const Validation& v) {
  Document ablations = Document::array();
  for (const Ablation& a : v.ablations) {
    ablations.push_back({{"setting", a.setting}, {"all", agreement_document(a.all)}});
  }
  const std::vector<Compared> all = simulated(v.layers);
  Document json = provenance(kSchema);
  json.update({{"verdicts", verdicts_document(v)},
               {"all",
                {{"ours", agreement_document(agreement(all))},
                 {"legacy", agreement_document(legacy_agreement(all))}}},
               {"groups", groups_document(v)},
               {"operators", operators_document(v)},
               {"ablations", ablations},
               {"networks", networks_document(v)},
               {"runs", runs_document(v)},
               {"silicon_note", silicon_note()},
               {"silicon", silicon_document(v.silicon)}});
  return json;
}

Table validation_table(const Validation& validation) {
  Table table({text_column("layer_id"), text_column("op"), integer_column("macs_per_cycle"),
               text_column("system"), real_column("cycles"), real_column("closed_form_cycles"),
               real_column("closed_form_by_rule_cycles"), real_column("regor_cycles"),
               real_column("legacy_cycles")});
  for (const LayerCheck& l : validation.layers) {
    table.add_row({l.id, l.op, l.macs_per_cycle, l.system, l.simulated.ours, l.closed.ours,
                   l.closed_by_rule.ours, l.simulated.regor, l.simulated.legacy});
  }
  const std::optional<double> none;  // no closed form
  for (const OperatorCheck& o : validation.operators) {
    table.add_row({o.id, o.op, o.macs_per_cycle, o.system, o.cycles.ours, none, none,
                   o.cycles.regor, o.cycles.legacy});
  }
  return with_provenance(std::move(table), kSchema);
}

std::string format_validation_page(const Validation& validation, const std::string& command) {
  Document data = validation_document(validation);
  data["scatter"] = scatter_document(validation);
  data["worst"] = worst_rows(validation);
  return assemble_page({"The NPU against Arm's estimators", "H4H validate",
                        page_asset("validation.html"), std::move(data),
                        std::string(page_asset("validation.js")), command});
}

}  // namespace h4h::sim
