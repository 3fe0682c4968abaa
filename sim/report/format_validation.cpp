#include "sim/report/format_validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/time/picoseconds.hpp"
#include "sim/report/format_silicon.hpp"
#include "sim/report/page_assets.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"

namespace h4h::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char kSchema[] = "h4h.validation/1";

std::string group_line(const Group& g) {
  return fmt::format("{:<8} {:>4} {:<9}  {:>4}  {:+.3f}  {:.3f}  {:.3f}  {:5.1f} %  {:.3f}\n", g.op,
                     g.macs_per_cycle, g.system, g.ours.count, g.ours.bias, g.ours.mean, g.ours.p90,
                     100 * g.ours.inside, g.legacy.mean);
}

std::string group_table(const Validation& v) {
  std::string text =
      "Layers, ln(ours / regor); inside: [0.9 min(regor, legacy), 1.1 max(regor, legacy)]\n"
      "op       MACs system        n    bias   mean    p90   inside  legacy's mean\n";
  for (const Group& group : groups(v.layers)) text += group_line(group);
  const std::vector<Compared> all = simulated(v.layers);
  return text + group_line({"all", "", 0, agreement(all), legacy_agreement(all)});
}

std::string ablation_table(const Validation& v) {
  std::string text =
      "\nWithout a mechanism, all layers\nsetting                 mean    bias   inside\n";
  const auto line = [&](const std::string& setting, const Agreement& a) {
    text +=
        fmt::format("{:<22} {:.3f}  {:+.3f}  {:5.1f} %\n", setting, a.mean, a.bias, 100 * a.inside);
  };
  line("as it is", agreement(simulated(v.layers)));
  for (const Ablation& ablation : v.ablations) line(ablation.setting, ablation.all);
  return text;
}

std::string network_table(const Validation& v) {
  if (v.networks.empty()) return "\nNetworks: left out, --nets DIR says where their files lie\n";
  std::string text =
      "\nNetworks, cycles\n"
      "network                                MACs system        ours     regor    legacy  "
      "outside  weight bytes\n";
  for (const NetworkCheck& n : v.networks) {
    const std::string bytes =
        n.regor_weight_bytes == 0
            ? "-"
            : fmt::format("{:+.1f} %", 100 * (n.weight_bytes / n.regor_weight_bytes - 1));
    text += fmt::format("{:<38} {:>4} {:<9} {:>8.0f}  {:>8.0f}  {:>8.0f}  {:5.1f} %  {:>12}\n",
                        n.name, n.macs_per_cycle, n.system, n.cycles.ours, n.cycles.regor,
                        n.cycles.legacy, 100 * outside(n.cycles), bytes);
  }
  for (const RunCheck& r : v.runs) {
    text += fmt::format(
        "FVP {} on {}: cycles {:.0f} of {:.0f}, activation reads {:.0f} of {:.0f}, writes {:.0f} "
        "of {:.0f}, weights {:.0f} of {:.0f} beats\n",
        r.name, r.macs_per_cycle, r.cycles, r.reference.cycles, r.reads, r.reference.read_beats,
        r.writes, r.reference.write_beats, r.weights, r.reference.weight_beats);
  }
  return text;
}

std::string verdict_table(const Validation& v) {
  std::string text = "\nAcceptance criteria\n";
  for (const Verdict& verdict : verdicts(v)) {
    text += fmt::format("{}  {:<58} {:>12}  {}\n", verdict.pass ? "PASS" : "FAIL", verdict.what,
                        verdict.figure, verdict.bound);
  }
  return text;
}

Json agreement_json(const Agreement& a) {
  return {{"n", a.count}, {"bias", a.bias}, {"mean", a.mean}, {"p90", a.p90}, {"inside", a.inside}};
}

Json compared_json(const Compared& c) {
  return {{"ours", c.ours}, {"regor", c.regor}, {"legacy", c.legacy}};
}

Json verdicts_json(const Validation& v) {
  Json all = Json::array();
  for (const Verdict& verdict : verdicts(v)) {
    all.push_back({{"what", verdict.what},
                   {"figure", verdict.figure},
                   {"bound", verdict.bound},
                   {"pass", verdict.pass}});
  }
  return all;
}

Json groups_json(const Validation& v) {
  Json all = Json::array();
  for (const Group& g : groups(v.layers)) {
    all.push_back({{"op", g.op},
                   {"macs_per_cycle", g.macs_per_cycle},
                   {"system", g.system},
                   {"ours", agreement_json(g.ours)},
                   {"legacy", agreement_json(g.legacy)}});
  }
  return all;
}

Json networks_json(const Validation& v) {
  Json all = Json::array();
  for (const NetworkCheck& n : v.networks) {
    all.push_back({{"name", n.name},
                   {"macs_per_cycle", n.macs_per_cycle},
                   {"system", n.system},
                   {"cycles", compared_json(n.cycles)},
                   {"weight_bytes", n.weight_bytes},
                   {"regor_weight_bytes", n.regor_weight_bytes}});
  }
  return all;
}

Json runs_json(const Validation& v) {
  Json all = Json::array();
  for (const RunCheck& r : v.runs) {
    all.push_back({{"name", r.name},
                   {"macs_per_cycle", r.macs_per_cycle},
                   {"cycles", {r.cycles, r.reference.cycles}},
                   {"read_beats", {r.reads, r.reference.read_beats}},
                   {"write_beats", {r.writes, r.reference.write_beats}},
                   {"weight_beats", {r.weights, r.reference.weight_beats}}});
  }
  return all;
}

Json validation_json(const Validation& v) {
  Json ablations = Json::array();
  for (const Ablation& a : v.ablations) {
    ablations.push_back({{"setting", a.setting}, {"all", agreement_json(a.all)}});
  }
  const std::vector<Compared> all = simulated(v.layers);
  Json json = provenance_json(kSchema);
  json.update({{"verdicts", verdicts_json(v)},
               {"all",
                {{"ours", agreement_json(agreement(all))},
                 {"legacy", agreement_json(legacy_agreement(all))}}},
               {"groups", groups_json(v)},
               {"ablations", ablations},
               {"networks", networks_json(v)},
               {"runs", runs_json(v)},
               {"silicon_note", silicon_note()},
               {"silicon", silicon_json(v.silicon)}});
  return json;
}

double off(const LayerCheck& layer) {
  return std::abs(std::log(layer.simulated.ours / layer.simulated.regor));
}

// Shares of a layer's time in which its parts work.
Json worst_json(const LayerCheck& l) {
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
          {"cycles", compared_json(l.simulated)},
          {"closed", l.closed.ours},
          {"npu", share(r.busy_of(platforms::kNpu))},
          {"noc", share(r.noc_busy)},
          {"weights", own_port ? Json(1 - share(r.weights_idle)) : Json()}};
}

Json worst_rows(const Validation& v) {
  constexpr std::size_t kRows = 40;
  std::vector<const LayerCheck*> layers;
  for (const LayerCheck& layer : v.layers) layers.push_back(&layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [](const LayerCheck* a, const LayerCheck* b) { return off(*a) > off(*b); });
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(kRows, layers.size()); ++i) {
    rows.push_back(worst_json(*layers[i]));
  }
  return rows;
}

// [regor, ours, legacy] of every layer, by operator.
Json scatter_json(const Validation& v) {
  Json scatter = Json::object();
  for (const LayerCheck& l : v.layers) {
    scatter[l.op].push_back({l.simulated.regor, l.simulated.ours, l.simulated.legacy});
  }
  return scatter;
}

}  // namespace

std::string format_validation_table(const Validation& validation) {
  return group_table(validation) + ablation_table(validation) + network_table(validation) +
         silicon_table(validation.silicon) + verdict_table(validation);
}

std::string format_validation_json(const Validation& validation) {
  return validation_json(validation).dump(2) + "\n";
}

std::string format_validation_csv(const Validation& validation) {
  std::string text =
      "layer_id,op,macs_per_cycle,system,cycles,closed_form_cycles,closed_form_by_rule_cycles,"
      "regor_cycles,legacy_cycles" +
      provenance_header() + "\n";
  for (const LayerCheck& l : validation.layers) {
    text += fmt::format("{},{},{},{},{},{},{},{},{}{}\n", l.id, l.op, l.macs_per_cycle, l.system,
                        l.simulated.ours, l.closed.ours, l.closed_by_rule.ours, l.simulated.regor,
                        l.simulated.legacy, provenance_row(kSchema));
  }
  return text;
}

std::string format_validation_page(const Validation& validation) {
  Json data = validation_json(validation);
  data["scatter"] = scatter_json(validation);
  data["worst"] = worst_rows(validation);
  return assemble_page({"The NPU against Arm's estimators", "H4H validate",
                        page_asset("validation.html"), data.dump(),
                        std::string(page_asset("validation.js"))});
}

}  // namespace h4h::sim
