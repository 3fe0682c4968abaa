#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "nas/space/space.hpp"
#include "workloads/blocks/basic_block.hpp"
#include "workloads/blocks/inverted_residual.hpp"
#include "workloads/blocks/mb_pool.hpp"
#include "workloads/blocks/vit_block.hpp"
#include "workloads/ir/same_padding.hpp"

namespace h4h::nas {
namespace {

using workloads::ActivationFunction;
using workloads::BlockBuilder;
using workloads::InputSum;
using workloads::Shortcut;
using workloads::TensorId;

// What the genes of a stage say of each of its layers.
struct Values {
  std::int64_t width = 1;
  double expansion = 1;
  std::int64_t kernel = 1;
  ActivationFunction activation = ActivationFunction::relu6;
  bool se = false;
};

void set(Values& values, GeneKind kind, double choice) {
  switch (kind) {
    case GeneKind::kernel:
      values.kernel = std::llround(choice);
      break;
    case GeneKind::activation:
      values.activation = workloads::kActivationFunctions.at(static_cast<std::size_t>(choice));
      break;
    case GeneKind::se:
      values.se = choice != 0;
      break;
    case GeneKind::resolution:
    case GeneKind::width:
    case GeneKind::depth:
    case GeneKind::expansion:
      std::abort();
  }
}

Values values_of(const Space& space, const Stage& stage, const BlockChoice& choice) {
  const auto choices = [&](std::size_t gene) -> const std::vector<double>& {
    return space.genes()[gene].choices;
  };
  Values values;
  values.width = std::llround(choices(stage.width).at(choice.width));
  values.expansion = choices(stage.expansion).at(choice.expansion);
  for (const GeneKind kind : further_kinds(stage.kind)) {
    set(values, kind, default_choice(stage, kind));
  }
  std::size_t rest = choice.further;
  for (auto gene = stage.further.rbegin(); gene != stage.further.rend(); ++gene) {
    const std::vector<double>& all = choices(*gene);
    set(values, space.genes()[*gene].kind, all[rest % all.size()]);
    rest /= all.size();
  }
  return values;
}

std::int64_t times(std::int64_t channels, double factor) {
  return std::llround(static_cast<double>(channels) * factor);
}

InputSum sum_of(const Space& space, std::size_t stage, bool is_first) {
  if (!is_first || space.first_adds_input(stage)) return InputSum::where_possible;
  const bool projects = space.stages()[stage].shortcut == StageShortcut::projection;
  return projects ? InputSum::projected : InputSum::none;
}

// One layer of a stage.
TensorId layer(BlockBuilder& b, const Space& space, const std::string& name,
               const BlockChoice& choice, TensorId in) {
  const Stage& stage = space.stages().at(choice.stage);
  const Values values = values_of(space, stage, choice);
  const std::int64_t stride = choice.is_first ? stage.stride : 1;
  const std::int64_t expanded = times(b.shape(in).channels, values.expansion);
  switch (stage.kind) {
    case StageKind::conv:
      b.begin(workloads::Block::stem);
      return b.conv(name, in, values.width, values.kernel, stage.stride, values.activation);
    case StageKind::mbconv:
      return inverted_residual(b, name, in, expanded, values.width, stride,
                               {sum_of(space, choice.stage, choice.is_first), values.kernel,
                                values.activation, values.se});
    case StageKind::vit:
      return vit_block(b, name, in, values.width, expanded, values.activation);
    case StageKind::basic:
      // Always a convolution beside the first, so that it is there whatever widths are chosen.
      return basic_block(b, name, in, values.width, stride, workloads::same_window,
                         choice.is_first ? Shortcut::convolution : Shortcut::where_needed);
    case StageKind::mbpool:
      return mb_pool(b, name, in, expanded, values.width, space.classes(), values.activation);
  }
  std::abort();
}

}  // namespace

bool Space::ends_in_pool() const {
  return !stages_.empty() && stages_.back().kind == StageKind::mbpool;
}

workloads::Network Space::network(const Genotype& given) const {
  const Genotype genotype = canonical(given);
  BlockBuilder b(fmt::format("{}_{}", name_, resolution(genotype)));
  TensorId t = b.image(resolution(genotype), resolution(genotype), input_channels_);
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const Stage& stage = stages_[s];
    BlockChoice choice{s, true, genotype[stage.width], genotype[stage.expansion],
                       further(stage, genotype)};
    const std::int64_t depth = has_depth(stage.kind) ? whole(genotype, stage.depth) : 1;
    for (std::int64_t i = 1; i <= depth; ++i) {
      const std::string name =
          has_depth(stage.kind) ? fmt::format("{}.{}", stage.name, i) : stage.name;
      choice.is_first = i == 1;
      t = layer(b, *this, name, choice, t);
    }
  }
  if (!ends_in_pool()) t = b.mean_and_classifier(t, classes_);
  return std::move(b).finish(t);
}

workloads::Network Space::block(const BlockChoice& choice, const workloads::Shape& input) const {
  BlockBuilder b(name_);
  const TensorId in = b.image(input.height, input.width, input.channels);
  TensorId out = in;
  if (choice.stage == stages_.size()) {
    out = b.mean_and_classifier(in, classes_);
  } else {
    out = layer(b, *this, stages_.at(choice.stage).name, choice, in);
  }
  return std::move(b).finish(out);
}

}  // namespace h4h::nas
