#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/json/json_writer.hpp"
#include "nas/cost/cost_table.hpp"
#include "nas/space/genotype_line.hpp"
#include "nas/space/load.hpp"
#include "nas/space/open_network.hpp"
#include "sim/variants/variant_point.hpp"
#include "tools/h4h/interrupt_note.hpp"
#include "tools/h4h/line_reader.hpp"
#include "tools/h4h/mapping_options.hpp"
#include "tools/h4h/progress.hpp"
#include "tools/h4h/results_options.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

constexpr const char kUsage[] =
    "usage: h4h oracle --platform FILE --space FILE [options] <QUERIES >RESULTS\n"
    "       h4h oracle --platform FILE --space FILE --precompute [options]\n"
    "Cost of networks: reads one JSON query per line, writes one JSON result per line, in the same "
    "order. Queries:\n"
    "  {\"id\":ANY,\"genotype\":{...}}    as `h4h space show --sample` prints\n"
    "  {\"id\":ANY,\"network\":\"NAME\"}    as `h4h simulate --network` takes it\n"
    "Results: {\"id\",\"latency_s\",\"energy_j\",\"area_mm2\"} or {\"id\",\"error\"}. The first "
    "networks "
    "are slow, since their layers are simulated; --precompute simulates the layers of the whole "
    "space in advance, into the cache. After an interruption the same command resumes.\n";

Options options() {
  Options options("options");
  add_platform_options(options);
  add_space_option(options);
  add_objective_option(options);
  options.add_options()(
      "precompute", po::bool_switch(),
      "simulate every layer of the space into the cache and exit, without reading queries");
  add_jobs_option(options);
  add_cache_option(options);
  return options;
}

std::string error_line(const std::string& id, const std::string& error) {
  JsonWriter json(JsonLayout::compact);
  json.begin_object().key("id").json(id).key("error").text(error).end_object();
  return json.take() + "\n";
}

std::string answer_line(const std::string& id, const nas::Cost& cost) {
  if (cost.infeasible) return error_line(id, *cost.infeasible);
  JsonWriter json(JsonLayout::compact);
  json.begin_object().key("id").json(id).key("latency_s").value(cost.latency_s);
  json.key("energy_j").value(cost.energy_j).key("area_mm2").value(cost.area_mm2).end_object();
  return json.take() + "\n";
}

// Answers lines, a batch at a time.
class Oracle {
 public:
  Oracle(const nas::Space& space, const platforms::Platform& platform, sim::Objective objective,
         sim::JobResults& results)
      : space_(space),
        platform_(platform),
        objective_(objective),
        table_(space, platform, objective, results),
        layers_(platform.hardware, results) {}

  std::string answer(const std::vector<LineReader::Line>& lines) {
    std::vector<nas::Asked> batch;
    std::vector<nas::Genotype> genotypes;
    for (const LineReader::Line& line : lines) {
      batch.push_back(line.cut ? nas::Asked{"null", {}, {}, "the line is longer than 1 MiB"}
                               : nas::read_line(space_, line.text));
      if (batch.back().genotype) genotypes.push_back(*batch.back().genotype);
    }
    table_.begin(genotypes);
    std::string answers;
    for (const nas::Asked& asked : batch) answers += answer(asked);
    return answers;
  }

 private:
  std::string answer(const nas::Asked& asked) {
    if (asked.error) return error_line(asked.id, *asked.error);
    try {
      return answer_line(asked.id, asked.genotype ? table_.evaluate({*asked.genotype}).front()
                                                  : cost_of(*asked.network));
    } catch (const std::exception& error) {
      return error_line(asked.id, error.what());
    }
  }

  nas::Cost cost_of(const std::string& name) {
    const workloads::Network network = nas::open_network(name);
    sim::begin_mapping(layers_, platform_, network, objective_);
    const sim::VariantPoint point =
        sim::variant_point(layers_, platform_, network, {sim::Strategy::automatic, objective_, {}});
    return {point.latency_s, point.energy_j, point.area_mm2, point.infeasible};
  }

  const nas::Space& space_;
  const platforms::Platform& platform_;
  sim::Objective objective_;
  nas::CostTable table_;
  sim::LayerCosts layers_;
};

void serve(Oracle& oracle, sim::JobResults& results) {
  LineReader reader(STDIN_FILENO, "stdin");
  for (auto lines = reader.read(); !lines.empty(); lines = reader.read()) {
    std::cout << oracle.answer(lines) << std::flush;
    if (!std::cout) throw std::runtime_error("cannot write to stdout");
    if (results.store() != nullptr) results.store()->flush();
  }
}

void require_stored(sim::CostStore& store) {
  if (store.flush()) return;
  throw std::runtime_error(
      fmt::format("{}: {}", store.file().string(), store.problem().value_or("cannot be written")));
}

std::string precompute(nas::CostTable& table, sim::JobResults& results) {
  if (results.store() == nullptr) throw UsageError("--precompute needs a cache, not --cache none");
  require_stored(*results.store());
  std::optional<nas::CostTable::Precomputed> done;
  {
    const InterruptNote note(kRerun);
    std::optional<Progress> progress;
    done = table.precompute([&](std::size_t blocks, std::size_t all) {
      if (!progress) progress.emplace("blocks", all);
      progress->show(blocks);
      constexpr std::size_t kPace = 100;
      if (blocks % kPace == 0) require_stored(*results.store());
    });
  }
  if (!done) {
    throw std::runtime_error(
        "weight prefetch makes a layer's cost depend on its predecessor on this platform: the "
        "layers of a space cannot be precomputed");
  }
  results.finish();
  require_stored(*results.store());
  return fmt::format("{} blocks of {} layer jobs, {} of them simulated now{}\n", done->blocks,
                     done->jobs, results.simulated(),
                     done->all ? "" : "; jobs of spilled tensors are simulated on demand");
}

}  // namespace

std::string oracle(const Arguments& arguments) {
  const Parsed parsed = parse(arguments, options(), kUsage);
  if (parsed.help) return {};
  const bool precomputes = parsed.values["precompute"].as<bool>();
  if (precomputes && given(parsed, "objective")) {
    throw UsageError("--objective has no effect on --precompute: layers do not depend on it");
  }
  const nas::Space space = nas::load_space(required(parsed, "space"));
  const sim::Objective objective = objective_of(parsed);
  const platforms::Platform platform = platform_of(parsed);
  const Results results(cache_file(parsed), jobs_of(parsed));
  if (precomputes) {
    nas::CostTable table(space, platform, sim::Objective::latency, *results);
    return precompute(table, *results);
  }
  Oracle oracle(space, platform, objective, *results);
  serve(oracle, *results);
  return {};
}

}  // namespace h4h::tools
