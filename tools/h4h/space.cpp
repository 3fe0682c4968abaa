#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/json/json_writer.hpp"
#include "base/text/printable.hpp"
#include "base/text/table_writer.hpp"
#include "nas/space/load.hpp"
#include "sim/report/provenance.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;
using nas::GeneKind;
using nas::Genotype;
using nas::Space;

const char kUsage[] =
    "usage: h4h space show FILE [--format table|json]\n"
    "       h4h space show FILE --list\n"
    "       h4h space show FILE --sample N [--seed N]\n"
    "show: the number of networks of a search space, the choices of every stage, and the "
    "smallest, middle and largest network. --list prints every network, --sample N random ones: "
    "one "
    "JSON object per line, which `--network 'FILE#OBJECT'` accepts in every command.\n";

const Formats kFormats{Format::table, Format::json};

constexpr std::uint64_t kMaxSamples = 1'000'000;

struct Extreme {
  const char* name;
  std::int64_t resolution, parameters, macs;
};

std::vector<Extreme> extremes(const Space& space) {
  const auto measure = [&](const char* name, const Genotype& genotype) {
    const workloads::Network network = space.network(genotype);
    return Extreme{name, space.resolution(genotype), workloads::parameters(network),
                   workloads::macs(network)};
  };
  return {measure("min", space.min()), measure("mid", space.mid()), measure("max", space.max())};
}

// Short where the choices are evenly spaced: "16..32 step 8".
std::string short_text(const nas::Gene& gene) {
  const std::vector<double>& all = gene.choices;
  const double step = all.size() > 1 ? all[1] - all[0] : 0;
  bool even = all.size() > 3;
  for (std::size_t i = 2; i < all.size(); ++i) even = even && all[i] - all[i - 1] == step;
  if (!even || gene.kind == GeneKind::activation) return choices_text(gene.kind, all);
  const std::string ends = fmt::format("{}..{}", all.front(), all.back());
  return step == 1 ? ends : fmt::format("{} step {}", ends, step);
}

// The gene of a kind among the further ones of a stage.
std::optional<nas::Gene> further_gene(const Space& space, const nas::Stage& stage, GeneKind kind) {
  for (const std::size_t gene : stage.further) {
    if (space.genes()[gene].kind == kind) return space.genes()[gene];
  }
  return std::nullopt;
}

// A stage's choice of a further kind; "-" where it can have none.
std::string further_text(const Space& space, const nas::Stage& stage, GeneKind kind) {
  const std::vector<GeneKind>& kinds = nas::further_kinds(stage.kind);
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) return "-";
  const auto gene = further_gene(space, stage, kind);
  return gene ? short_text(*gene) : nas::choices_text(kind, {nas::default_choice(stage, kind)});
}

// Kinds of which some stage says more than what is so everywhere.
std::vector<GeneKind> shown_kinds(const Space& space) {
  std::vector<GeneKind> kinds;
  for (const GeneKind kind : {GeneKind::kernel, GeneKind::activation, GeneKind::se}) {
    const auto says = [&](const nas::Stage& stage) {
      const bool is_patch = stage.stride > nas::kLongestStrideOfDefaultKernel;
      return further_gene(space, stage, kind) || (kind == GeneKind::kernel && is_patch);
    };
    const auto& stages = space.stages();
    if (std::any_of(stages.begin(), stages.end(), says)) kinds.push_back(kind);
  }
  return kinds;
}

bool any_projection(const Space& space) {
  const auto& stages = space.stages();
  return std::any_of(stages.begin(), stages.end(), [](const nas::Stage& stage) {
    return stage.shortcut == nas::StageShortcut::projection;
  });
}

Table stages_table(const Space& space) {
  const auto gene = [&](bool has, std::size_t g) {
    return has ? short_text(space.genes()[g]) : "-";
  };
  const std::vector<GeneKind> further = shown_kinds(space);
  std::vector<Column> columns{text_column("stage").with_width(10),
                              text_column("block").with_width(7).with_gap(1),
                              text_column("width").with_width(18).with_gap(1),
                              text_column("depth").with_width(14).with_gap(1),
                              text_column("expansion").with_width(12).with_gap(1)};
  for (const GeneKind kind : further) {
    columns.push_back(text_column(std::string(to_string(kind))).with_width(12).with_gap(1));
  }
  columns.push_back(text_column("stride").with_gap(1));
  if (any_projection(space)) columns.push_back(text_column("shortcut").with_gap(1));
  Table table(columns);
  for (const nas::Stage& stage : space.stages()) {
    std::vector<Cell> row{stage.name, nas::to_string(stage.kind), gene(true, stage.width),
                          gene(has_depth(stage.kind), stage.depth),
                          gene(has_expansion(stage.kind), stage.expansion)};
    for (const GeneKind kind : further) row.emplace_back(further_text(space, stage, kind));
    row.emplace_back(fmt::to_string(stage.stride));
    if (any_projection(space)) {
      row.emplace_back(stage.kind == nas::StageKind::mbconv ? to_string(stage.shortcut) : "-");
    }
    table.add_row(row);
  }
  return table;
}

Table networks_table(const Space& space) {
  Table table({text_column("network").with_width(8),
               integer_column("resolution").with_width(10).with_gap(1),
               integer_column("parameters").with_width(12).with_gap(1),
               integer_column("MACs").with_width(14).with_gap(1)});
  for (const Extreme& e : extremes(space)) {
    table.add_row({e.name, e.resolution, e.parameters, e.macs});
  }
  return table;
}

std::string table(const Space& space) {
  return fmt::format("{}: 10^{:.1f} networks\ninput {} channels, resolution {}; {} classes\n\n",
                     printable(space.name()), space.log10_size(), space.input_channels(),
                     fmt::join(space.genes().front().choices, ", "), space.classes()) +
         write_text(stages_table(space)) + "\n" + write_text(networks_table(space));
}

Document choice_list(const nas::Gene& gene) {
  Document list = Document::array();
  for (const double value : gene.choices) list.push_back(choice_document(gene.kind, value));
  return list;
}

std::string json(const Space& space) {
  const auto choices = [&](std::size_t gene) { return choice_list(space.genes()[gene]); };
  Document stages = Document::array(), networks = Document::object();
  for (const nas::Stage& stage : space.stages()) {
    Document entry{{"name", stage.name},
                   {"block", nas::to_string(stage.kind)},
                   {"width", choices(stage.width)}};
    if (has_depth(stage.kind)) entry["depth"] = choices(stage.depth);
    if (has_expansion(stage.kind)) entry["expansion"] = choices(stage.expansion);
    for (const std::size_t gene : stage.further) {
      entry[to_string(space.genes()[gene].kind)] = choices(gene);
    }
    entry["stride"] = stage.stride;
    if (stage.shortcut != nas::StageShortcut::automatic) {
      entry["shortcut"] = to_string(stage.shortcut);
    }
    stages.push_back(entry);
  }
  for (const Extreme& e : extremes(space)) {
    networks[e.name] = {
        {"resolution", e.resolution}, {"parameters", e.parameters}, {"macs", e.macs}};
  }
  Document json = sim::provenance("h4h.space/1");
  json.update({{"name", space.name()},
               {"log10_size", space.log10_size()},
               {"input_channels", space.input_channels()},
               {"classes", space.classes()},
               {"resolution", choices(0)},
               {"stages", stages},
               {"networks", networks}});
  return write_json(json);
}

std::string lines(const Space& space, const std::vector<Genotype>& genotypes) {
  std::string text;
  for (const Genotype& genotype : genotypes) text += space.text(genotype) + "\n";
  return text;
}

std::vector<Genotype> samples(const Space& space, std::uint64_t count, std::uint64_t seed) {
  nas::Random random(seed);
  std::vector<Genotype> all;
  while (all.size() < count) all.push_back(space.sample(random));
  return all;
}

void check_options(const Parsed& parsed, bool list, bool sample) {
  if (list && sample) throw UsageError("--list and --sample cannot be combined");
  if (!sample && given(parsed, "seed")) throw UsageError("--seed needs --sample");
  if ((list || sample) && given(parsed, "format")) {
    throw UsageError("--list and --sample print JSON lines: --format cannot be combined with them");
  }
}

std::string show(const Arguments& files, const Parsed& parsed) {
  const bool list = parsed.values.count("list") > 0, sample = parsed.values.count("sample") > 0;
  check_options(parsed, list, sample);
  const Format format = format_of(parsed, kFormats);
  const std::uint64_t seed = seed_of(parsed, UINT64_MAX);
  const std::uint64_t count = sample ? whole(parsed, "sample", 0, kMaxSamples) : 0;
  if (files.size() != 1) throw UsageError("show requires one space file");
  const Space space = nas::load_space(files.front());
  if (list) return lines(space, space.enumerate());
  if (sample) return lines(space, samples(space, count, seed));
  return format == Format::table ? table(space) : json(space);
}

const Arguments kVerbs{"show"};

}  // namespace

std::string space(const Arguments& arguments) {
  Options options("options");
  // clang-format off
  options.add_options()
      ("list", "print every network of the space")
      ("sample", po::value<std::string>()->value_name("N"), "print N random networks");
  // clang-format on
  add_seed_option(options, 0);
  add_format_option(options, kFormats);
  const Parsed parsed =
      parse(arguments, options, kUsage, {kArguments, kVerbs, "FILE", space_names});
  if (parsed.help) return {};
  Arguments words = list_of(parsed, kArguments);
  take_subcommand(words, kVerbs);
  return show(words, parsed);
}

}  // namespace h4h::tools
