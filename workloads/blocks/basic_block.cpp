#include "workloads/blocks/basic_block.hpp"

namespace h4h::workloads {

TensorId basic_block(BlockBuilder& b, const std::string& name, TensorId in, std::int64_t channels,
                     std::int64_t stride, WindowOf window, Shortcut shortcut) {
  b.begin(Block::basic);
  const auto conv = [&](const std::string& part, TensorId from, std::int64_t kernel,
                        std::int64_t step, Activation activation) {
    return b.add(name + part, Conv2d{channels, window(b.shape(from), kernel, step), activation},
                 from);
  };
  TensorId t = conv("/conv1", in, 3, stride, Activation::relu);
  t = conv("/conv2", t, 3, 1, Activation::none);
  const bool fits = b.shape(in) == b.shape(t);
  const TensorId beside = fits && shortcut == Shortcut::where_needed
                              ? in
                              : conv("/shortcut", in, 1, stride, Activation::none);
  return b.sum(name + "/add", t, beside, Activation::relu);
}

}  // namespace h4h::workloads
