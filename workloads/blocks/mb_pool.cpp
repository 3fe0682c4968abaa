#include "workloads/blocks/mb_pool.hpp"

namespace h4h::workloads {

TensorId mb_pool(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t expanded,
                 std::int64_t features, std::int64_t classes, ActivationFunction function) {
  b.begin(Block::head);
  TensorId t = b.conv(name + "/expand", in, expanded, 1, 1, function);
  t = b.add(name + "/mean", Mean{}, t);
  t = b.add(name + "/features", Linear{features, fused_part(function)}, t);
  t = b.activated(name + "/features", t, function);
  return b.add("classifier", Linear{classes, Activation::none}, t);
}

}  // namespace h4h::workloads
