#include "sim/scenario/format_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "sim/report/page_text.hpp"
#include "sim/report/provenance.hpp"
#include "sim/scenario/page_assets.hpp"

namespace h4h::sim {
namespace {

using models::Picoseconds;

constexpr std::size_t kMostRunsOnPage = 2000;

struct Latencies {
  double mean_s = 0, p95_s = 0, max_s = 0;
};

// P95: the smallest latency that at least 95 % of the frames do not exceed.
Latencies latencies_of(const StreamOutcome& stream) {
  const std::vector<Picoseconds>& all = stream.latencies;
  if (all.empty()) return {};
  double sum = 0;
  for (const Picoseconds one : all) sum += to_seconds(one);
  const std::size_t p95 = (95 * all.size() + 99) / 100 - 1;
  return {sum / static_cast<double>(all.size()), to_seconds(all[p95]), to_seconds(all.back())};
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

double busy_s(const ScenarioResult& result, std::size_t stream) {
  return to_seconds(result.costs[stream].time) *
         static_cast<double>(result.outcome.streams[stream].latencies.size());
}

std::string policy_text(Policy policy) {
  return policy == Policy::deadline ? "earliest deadline first" : "in the order of the file";
}

Document stream_document(const ScenarioResult& result, std::size_t i) {
  const Stream& stream = result.scenario.streams[i];
  const StreamOutcome& outcome = result.outcome.streams[i];
  const Latencies latencies = latencies_of(outcome);
  Document json{
      {"name", stream.name}, {"network", stream.network}, {"mapping", to_string(stream.mapping)}};
  if (stream.after) {
    json["after"] = result.scenario.streams[*stream.after].name;
  } else {
    json["period_s"] = to_seconds(stream.period);
    json["offset_s"] = to_seconds(stream.offset);
  }
  json.update({{"deadline_s", to_seconds(stream.deadline)},
               {"inference_s", to_seconds(result.costs[i].time)},
               {"inference_j", result.costs[i].joules},
               {"frames", outcome.frames},
               {"on_time", outcome.on_time()},
               {"late", outcome.late},
               {"dropped", outcome.dropped},
               {"latency_mean_s", latencies.mean_s},
               {"latency_p95_s", latencies.p95_s},
               {"latency_max_s", latencies.max_s},
               {"utilisation", share(busy_s(result, i), to_seconds(result.outcome.end))}});
  return json;
}

Document runs_document(const ScenarioResult& result) {
  Document runs = Document::array();
  for (const RunFrame& frame : result.outcome.runs) {
    if (runs.items().size() == kMostRunsOnPage) break;
    runs.push_back(Document::array({frame.stream, to_seconds(frame.arrived),
                                    to_seconds(frame.begun), to_seconds(frame.done), frame.late}));
  }
  return runs;
}

}  // namespace

double ScenarioResult::joules() const {
  return outcome.joules + idle_w * to_seconds(outcome.idle());
}
double ScenarioResult::average_w() const { return share(joules(), to_seconds(outcome.end)); }
double ScenarioResult::utilisation() const {
  return share(to_seconds(outcome.busy), to_seconds(outcome.end));
}

std::string format_table(const ScenarioResult& result) {
  const auto whole = [](const char* name) { return integer_column(name).with_width(6); };
  const auto ms = [](const char* name) {
    return real_column(name).with_format(".3f").with_width(8);
  };
  Table table({text_column("network"), whole("frames"), whole("on time"), whole("late"),
               whole("dropped"), ms("mean ms"), ms("P95 ms"), ms("max ms"),
               real_column("use %").with_format(".1f").with_width(5)});
  for (std::size_t i = 0; i < result.scenario.streams.size(); ++i) {
    const StreamOutcome& s = result.outcome.streams[i];
    const Latencies l = latencies_of(s);
    table.add_row({result.scenario.streams[i].name, s.frames, s.on_time(), s.late, s.dropped,
                   1e3 * l.mean_s, 1e3 * l.p95_s, 1e3 * l.max_s,
                   100 * share(busy_s(result, i), to_seconds(result.outcome.end))});
  }
  std::string text = fmt::format(
      "{} on {}: {} s, {}, {} when idle\n", printable(result.scenario.name),
      printable(result.platform_name), to_seconds(result.scenario.duration),
      policy_text(result.scenario.policy), result.scenario.idle == Idle::on ? "powered" : "asleep");
  text += write_text(table);
  text += fmt::format(
      "chip: busy {:.1f} % of the time, {:.3f} mJ, {:.3f} mW on average ({:.3f} mW when idle)\n",
      100 * result.utilisation(), 1e3 * result.joules(), 1e3 * result.average_w(),
      1e3 * result.idle_w);
  for (const std::string& remark : result.remarks) text += "note: " + printable(remark) + "\n";
  return text;
}

Document scenario_document(const ScenarioResult& result) {
  Document networks = Document::array(), remarks = Document::array();
  for (std::size_t i = 0; i < result.scenario.streams.size(); ++i) {
    networks.push_back(stream_document(result, i));
  }
  for (const std::string& remark : result.remarks) remarks.push_back(remark);
  Document json = provenance("h4h.scenario/1");
  json.update({{"scenario",
                {{"name", result.scenario.name},
                 {"duration_s", to_seconds(result.scenario.duration)},
                 {"policy", to_string(result.scenario.policy)},
                 {"idle", to_string(result.scenario.idle)}}},
               {"platform", {{"name", result.platform_name}, {"hash", result.platform_hash}}},
               {"objective", result.objective},
               {"networks", networks},
               {"totals",
                {{"time_s", to_seconds(result.outcome.end)},
                 {"busy_s", to_seconds(result.outcome.busy)},
                 {"wake_up_s", to_seconds(result.outcome.waking)},
                 {"idle_s", to_seconds(result.outcome.idle())},
                 {"utilisation", result.utilisation()},
                 {"energy_j", result.joules()},
                 {"average_w", result.average_w()},
                 {"idle_w", result.idle_w}}},
               {"remarks", remarks}});
  return json;
}

std::string format_scenario_page(const ScenarioResult& result, const std::string& command) {
  Document data = scenario_document(result);
  data["runs"] = runs_document(result);
  data["runs_in_all"] = result.outcome.runs.size();
  return assemble_page({result.scenario.name + " on " + result.platform_name, "H4H scenario",
                        scenario_asset("scenario.html"), std::move(data),
                        std::string(scenario_asset("scenario.js")), command});
}

}  // namespace h4h::sim
