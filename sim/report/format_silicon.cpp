#include "sim/report/format_silicon.hpp"

#include <fmt/format.h>

#include "base/text/wrap.hpp"

namespace h4h::sim {
namespace {

std::string device_text(const SiliconRun& run) {
  return fmt::format("{}, U55-{} at {:g} MHz, weights: {}", run.device, run.macs_per_cycle,
                     run.clock_mhz, run.weights_in);
}

std::string line(const SiliconCheck& check) {
  const SiliconRun& run = check.run;
  const std::string conditions = run.conditions.empty() ? "" : "; " + run.conditions;
  if (!check.left_out.empty()) {
    return fmt::format("{:<30} {:>8.3f}  left out: {:<33} {}{}\n", run.network, run.ms,
                       check.left_out, device_text(run), conditions);
  }
  return fmt::format("{:<30} {:>8.3f}  {:>7.3f} .. {:<7.3f} {:>7.3f}  {:>9.2f}   {:<6} {}{}\n",
                     run.network, run.ms, check.fast_ms, check.slow_ms, check.nominal_ms,
                     check.nominal_ms / run.ms,
                     run.ms < check.fast_ms   ? "below"
                     : run.ms > check.slow_ms ? "above"
                                              : "inside",
                     device_text(run), conditions);
}

}  // namespace

std::string_view silicon_note() {
  return "For information: no criterion uses these figures, and no rule or coefficient of the "
         "model is fitted to them. The interval covers the memory rates that vendors do not "
         "publish.";
}

std::string silicon_table(const std::vector<SiliconCheck>& checks) {
  if (checks.empty()) return {};
  std::string text = fmt::format("\nLatencies measured on silicon, ms\n{}",
                                 wrapped(std::string(silicon_note()), 0));
  text +=
      "network                         silicon  model's interval   nominal  nominal /  silicon "
      "is\n";
  for (const SiliconCheck& check : checks) text += line(check);
  return text;
}

Document silicon_document(const std::vector<SiliconCheck>& checks) {
  Document all = Document::array();
  for (const SiliconCheck& c : checks) {
    const bool modelled = c.left_out.empty();
    all.push_back(
        {{"network", c.run.network},
         {"device", c.run.device},
         {"macs_per_cycle", c.run.macs_per_cycle},
         {"clock_mhz", c.run.clock_mhz},
         {"weights_in", c.run.weights_in},
         {"conditions", c.run.conditions},
         {"source", c.run.source},
         {"silicon_ms", c.run.ms},
         {"model_ms",
          modelled ? Document{{"low", c.fast_ms}, {"value", c.nominal_ms}, {"high", c.slow_ms}}
                   : Document()},
         {"left_out", modelled ? Document() : Document(c.left_out)}});
  }
  return all;
}

}  // namespace h4h::sim
