#include <fmt/format.h>

#include "base/json/json_writer.hpp"
#include "nas/space/load.hpp"

namespace h4h::nas {
namespace {

std::string choices(const Space& space, std::size_t gene) {
  return fmt::format("[{}]", choices_text(space.genes()[gene].kind, space.genes()[gene].choices));
}

std::string stage_line(const Space& space, const Stage& stage) {
  std::string line = fmt::format("  - {{name: {}, block: {}, width: {}", json_string(stage.name),
                                 to_string(stage.kind), choices(space, stage.width));
  if (has_depth(stage.kind)) line += ", depth: " + choices(space, stage.depth);
  if (has_expansion(stage.kind)) line += ", expansion: " + choices(space, stage.expansion);
  for (const std::size_t gene : stage.further) {
    line += fmt::format(", {}: {}", to_string(space.genes()[gene].kind), choices(space, gene));
  }
  if (stage.stride != 1) line += fmt::format(", stride: {}", stage.stride);
  if (stage.shortcut != StageShortcut::automatic) {
    line += fmt::format(", shortcut: {}", to_string(stage.shortcut));
  }
  return line + "}\n";
}

}  // namespace

std::string format_space(const Space& space) {
  std::string text = fmt::format(
      "name: {}\ninput_channels: {}\nclasses: {}\nresolution: {}\nstages:\n",
      json_string(space.name()), space.input_channels(), space.classes(), choices(space, 0));
  for (const Stage& stage : space.stages()) text += stage_line(space, stage);
  return text;
}

}  // namespace h4h::nas
