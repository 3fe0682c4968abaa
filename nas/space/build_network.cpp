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

using workloads::BlockBuilder;
using workloads::InputSum;
using workloads::Shortcut;
using workloads::TensorId;

struct Values {
  std::int64_t width;
  double expansion;
};

std::int64_t times(std::int64_t channels, double factor) {
  return std::llround(static_cast<double>(channels) * factor);
}

// One layer of a stage; `is_first` of its stage.
TensorId layer(BlockBuilder& b, const Space& space, std::size_t number, const std::string& name,
               const Values& values, bool is_first, TensorId in) {
  const Stage& stage = space.stages()[number];
  const std::int64_t stride = is_first ? stage.stride : 1;
  const std::int64_t expanded = times(b.shape(in).channels, values.expansion);
  switch (stage.kind) {
    case StageKind::conv:
      b.begin(workloads::Block::stem);
      return b.conv(name, in, values.width, 3, stage.stride, workloads::Activation::relu6);
    case StageKind::mbconv:
      return inverted_residual(
          b, name, in, expanded, values.width, stride,
          is_first && !space.first_adds_input(number) ? InputSum::none : InputSum::where_possible);
    case StageKind::vit:
      return vit_block(b, name, in, values.width, expanded);
    case StageKind::basic:
      // Always a convolution beside the first, so that it is there whatever widths are chosen.
      return basic_block(b, name, in, values.width, stride, workloads::same_window,
                         is_first ? Shortcut::convolution : Shortcut::where_needed);
    case StageKind::mbpool:
      return mb_pool(b, name, in, expanded, values.width, space.classes());
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
    const Values values{whole(genotype, stage.width), value(genotype, stage.expansion)};
    const std::int64_t depth = has_depth(stage.kind) ? whole(genotype, stage.depth) : 1;
    for (std::int64_t i = 1; i <= depth; ++i) {
      const std::string name =
          has_depth(stage.kind) ? fmt::format("{}.{}", stage.name, i) : stage.name;
      t = layer(b, *this, s, name, values, i == 1, t);
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
    const Stage& stage = stages_.at(choice.stage);
    const Values values{std::llround(genes_[stage.width].choices.at(choice.width)),
                        genes_[stage.expansion].choices.at(choice.expansion)};
    out = layer(b, *this, choice.stage, stage.name, values, choice.is_first, in);
  }
  return std::move(b).finish(out);
}

}  // namespace h4h::nas
