#include "workloads/blocks/mb_pool.hpp"

namespace h4h::workloads {

TensorId mb_pool(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t expanded,
                 std::int64_t features, std::int64_t classes) {
  b.begin(Block::head);
  TensorId t = b.conv(name + "/expand", in, expanded, 1, 1, Activation::relu6);
  t = b.add(name + "/mean", Mean{}, t);
  t = b.add(name + "/features", Linear{features, Activation::relu6}, t);
  return b.add("classifier", Linear{classes, Activation::none}, t);
}

}  // namespace h4h::workloads
