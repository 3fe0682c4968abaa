#include "tools/h4h/mapping_options.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text/number.hpp"
#include "sim/mapping/mapping_file.hpp"
#include "tools/h4h/option_table.hpp"

namespace h4h::tools {
namespace {

namespace po = boost::program_options;

void add(Options& options, const char* name, const char* value, const char* text) {
  options.add_options()(name, po::value<std::string>()->value_name(value), text);
}

// One of the words of `Enum`.
template <typename Enum>
void add_word(Options& options, const char* name, const char* value, const std::string& text,
              const char* otherwise) {
  options.add_options()(
      name, choice(enum_words<Enum>())->value_name(value)->default_value(otherwise), text.c_str());
}

// A word is a strategy, a path a file.
void read_mapping(const std::string& text, bool files, MappingOptions& options) {
  if (!files || text.find_first_of("./") == std::string::npos) {
    options.wanted.strategy = enum_of<sim::Strategy>("mapping", text);
  } else {
    options.file = text;
    options.file_text = sim::read_mapping_file(text);
  }
}

bool automatic(const MappingOptions& options) {
  return options.wanted.strategy == sim::Strategy::automatic;
}

// Nothing is chosen for a fixed mapping, so what decides a choice has no effect. Limits have one:
// they are checked.
void refuse_choices(const Parsed& parsed, bool files, const MappingOptions& options) {
  if (automatic(options)) return;
  for (const char* const option : {"objective", "effort"}) {
    if (!given(parsed, option)) continue;
    throw UsageError(
        fmt::format("--{} needs --mapping auto{}: --mapping {} leaves nothing to choose", option,
                    files ? " or a mapping file" : "", to_string(options.wanted.strategy)));
  }
}

// The mapper bounds one measure and minimises the other; the minimised one is bounded by itself.
void read_limits(const Parsed& parsed, MappingOptions& options) {
  sim::Limits& limits = options.wanted.limits;
  limits.latency_s = quantity(parsed, "max-latency", platforms::Dimension::time);
  limits.energy_j = quantity(parsed, "max-energy", platforms::Dimension::energy);
  sim::Goal& goal = options.wanted.goal;
  if (!automatic(options)) return;
  if (goal.objective == sim::Objective::latency) goal.limit = limits.energy_j;
  if (goal.objective == sim::Objective::energy) goal.limit = limits.latency_s;
  if (goal.objective != sim::Objective::edp) return;
  if (limits.latency_s) throw UsageError("--max-latency needs --objective latency or energy");
  if (limits.energy_j) throw UsageError("--max-energy needs --objective latency or energy");
}

std::optional<double> fps(const Parsed& parsed) {
  const auto text = optional(parsed, "fps");
  if (!text) return std::nullopt;
  const auto value = parse_number<double>(*text);
  if (!value || !(*value >= 1e-6 && *value <= 1e6)) {
    throw UsageError(fmt::format("--fps '{}' is not a number from 0.000001 to 1000000", *text));
  }
  return value;
}

}  // namespace

void add_objective_option(Options& options) {
  add_word<sim::Objective>(options, "objective", "METRIC",
                           "what a mapping minimises: latency, energy, or edp (their product)",
                           "latency");
}

void add_mapping_options(Options& options, const char* otherwise, bool files) {
  const std::string words =
      "auto: the best share of every layer for --objective; npu: all on the NPU; cim: whole layers "
      "on the macros as long as they fit";
  const char* const file = "; or a mapping file, which pins layers and leaves the others to auto";
  add_word<sim::Strategy>(options, "mapping", files ? "MODE|FILE" : "MODE",
                          files ? words + file : words, otherwise);
  add_word<sim::Effort>(
      options, "effort", "LEVEL",
      "granularity of the search of auto: quick (shares of 1/8 of the channels; macros and units "
      "halved repeatedly) or full (shares of every number of macro words; every number of macros "
      "and units; several times slower)",
      "quick");
  add_objective_option(options);
  add(options, "max-latency", "TIME",
      "latency limit, such as 2ms; with --objective energy: minimises the energy within it");
  add(options, "max-energy", "ENERGY",
      "energy limit, such as 0.2mJ; with --objective latency: minimises the latency within it");
}

void add_fps_option(Options& options) {
  add(options, "fps", "N",
      "inferences per second, with the chip asleep in between; adds the average power");
}

sim::Objective objective_of(const Parsed& parsed) {
  return enum_of<sim::Objective>("objective", required(parsed, "objective"));
}

MappingOptions mapping_options_of(const Parsed& parsed, bool files) {
  MappingOptions options;
  options.objective_name = required(parsed, "objective");
  read_mapping(required(parsed, "mapping"), files, options);
  options.wanted.goal = objective_of(parsed);
  options.wanted.effort = enum_of<sim::Effort>("effort", required(parsed, "effort"));
  refuse_choices(parsed, files, options);
  read_limits(parsed, options);
  options.wanted.fps = fps(parsed);
  for (const char* const name : {"mapping", "effort", "max-latency", "max-energy", "fps"}) {
    if (given(parsed, name)) options.given.emplace_back(name, required(parsed, name));
  }
  return options;
}

sim::MappingWanted MappingOptions::of(const platforms::Platform& platform,
                                      const workloads::Network& network) const {
  sim::MappingWanted with_pins = wanted;
  if (file) {
    with_pins.pins =
        sim::parse_mapping(file_text, *file, models::make_devices(platform.hardware), network);
  }
  return with_pins;
}

}  // namespace h4h::tools
