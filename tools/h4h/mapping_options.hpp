#pragma once

#include "sim/variants/variant_point.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::tools {

// --objective alone, for commands whose mappings are always automatic.
void add_objective_option(Options& options);
sim::Objective objective_of(const Parsed& parsed);  // throws UsageError

// How networks are mapped, the same in every command: --mapping, --effort, --objective,
// --max-latency and --max-energy. `otherwise`: the value of --mapping where it is left out;
// `files`: whether the command takes a mapping file, which its help then says.
void add_mapping_options(Options& options, const char* otherwise = "auto", bool files = true);
// --fps, of commands that report average power.
void add_fps_option(Options& options);

struct MappingOptions {
  std::string objective_name;
  // Without pins, which a mapping file has for one network on one platform.
  sim::MappingWanted wanted;
  std::optional<std::string> file;  // its name
  std::string file_text;

  // With what the mapping file pins, where there is one. Throws sim::MappingFileError.
  sim::MappingWanted of(const platforms::Platform& platform,
                        const workloads::Network& network) const;
  // The same for networks on variants of a platform.
  sim::VariantNetworks of_all(std::vector<workloads::Network> networks) const {
    return {std::move(networks), wanted, file, file_text};
  }
  // Options other than --objective that are not at their defaults, by name, for the description of
  // a run.
  std::vector<std::pair<std::string, std::string>> given;
};

// Reads the mapping file where one is given; `files` as above. Throws UsageError where options
// contradict each other or one of them has no effect, and sim::MappingFileError.
MappingOptions mapping_options_of(const Parsed& parsed, bool files = true);

}  // namespace h4h::tools
