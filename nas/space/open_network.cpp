#include "nas/space/open_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "nas/space/front_row.hpp"
#include "nas/space/load.hpp"
#include "workloads/fuse/fuse.hpp"
#include "workloads/import/network_name.hpp"
#include "workloads/import/read_or_build.hpp"

namespace h4h::nas {
namespace {

struct Named {
  const char* word;
  Genotype (Space::*genotype)() const;
};

constexpr std::array<Named, 3> kNamed{
    {{"min", &Space::min}, {"mid", &Space::mid}, {"max", &Space::max}}};

std::uint16_t resolution_of(const Space& space, const std::string& text) {
  const std::vector<double>& choices = space.genes().front().choices;
  const auto same = [&](double choice) { return fmt::to_string(choice) == text; };
  const auto found = std::find_if(choices.begin(), choices.end(), same);
  if (found == choices.end()) {
    throw SpaceError(
        fmt::format("resolution '{}' is not one of: {}", text, fmt::join(choices, ", ")));
  }
  return static_cast<std::uint16_t>(found - choices.begin());
}

// The genotype that `which` names, such as "max@224".
Genotype named(const Space& space, const std::string& which) {
  const std::size_t at = which.find('@');
  const std::string word = which.substr(0, at);
  for (const Named& known : kNamed) {
    if (word != known.word) continue;
    Genotype genotype = (space.*known.genotype)();
    if (at != std::string::npos) genotype[0] = resolution_of(space, which.substr(at + 1));
    return genotype;
  }
  throw SpaceError(fmt::format(
      "'{}' is not min, mid or max (optionally with @RESOLUTION), nor a genotype (a JSON object)",
      word));
}

bool is_spelled(const std::string& which) { return which.rfind('{', 0) == 0; }

bool is_space(const std::string& file) {
  try {
    load_space(file);
    return true;
  } catch (const SpaceError&) {
    return false;
  }
}

// A search space in the place of a network is a common slip that the reader of networks cannot
// name.
workloads::Network network_of_file(const std::string& name,
                                   const workloads::ImportOptions& options) {
  try {
    return workloads::read_or_build(name, options);
  } catch (const workloads::NetworkError&) {
    const bool run = is_front(name);
    if (!run && !is_space(name)) throw;
    throw workloads::NetworkError(
        fmt::format("{0}: {1}, not a network; name one of its networks, such as '{0}#{2}'", name,
                    run ? "the directory of a search" : "a search space", run ? "1" : "min"));
  }
}

}  // namespace

Genotype genotype_of(const Space& space, const std::string& which) {
  return is_spelled(which) ? space.parse(which) : named(space, which);
}

workloads::Network network_of(const Space& space, const std::string& which) {
  const Genotype genotype = genotype_of(space, which);
  workloads::Network network = workloads::with_joined_projections(space.network(genotype));
  if (is_spelled(which)) return network;
  network.name = fmt::format("{}#{}@{}", space.name(), which.substr(0, which.find('@')),
                             space.resolution(genotype));
  return network;
}

workloads::Network network_of(const FrontRow& row, const std::string& name) {
  workloads::Network network = workloads::with_joined_projections(row.space.network(row.genotype));
  network.name = name;
  return network;
}

workloads::Network open_network(const std::string& name, const workloads::ImportOptions& options) {
  const auto inside = workloads::network_in_file(name);
  std::error_code too_long;  // for a file's name, where a genotype stands in it
  if (!inside || std::filesystem::exists(name, too_long)) {
    return network_of_file(name, options);
  }
  if (options.input) {
    throw workloads::NetworkError(name +
                                  ": a network of a search space states its input; --input "
                                  "is for .tflite and .onnx files that leave it open");
  }
  std::string where;
  try {
    if (const auto row = open_front_row(inside->file, inside->network)) {
      return network_of(*row, name);
    }
    const Space space = load_space(inside->file);
    where = name + ": ";
    return network_of(space, inside->network);
  } catch (const SpaceError& error) {
    throw workloads::NetworkError(where + error.what());
  }
}

}  // namespace h4h::nas
