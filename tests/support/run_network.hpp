#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "workloads/ir/network.hpp"

namespace h4h::tests {

// Computes layers that move, select, add and multiply numbers, so that tests can compare a network
// with what it was made from. Values lie as height x width x channels.
class NetworkRun {
 public:
  using Values = std::vector<std::int64_t>;
  using Shape = workloads::Shape;

  explicit NetworkRun(const workloads::Network& network) : network_(network) {}

  std::vector<Values> run(const std::vector<Values>& inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      values_[network_.inputs.at(i)] = inputs[i];
    }
    for (const workloads::Layer& layer : network_.layers) run(layer);
    std::vector<Values> outputs;
    for (const workloads::TensorId id : network_.outputs) outputs.push_back(values_.at(id));
    return outputs;
  }

 private:
  struct Place {
    std::int64_t h, w, c;
  };

  static std::int64_t at(const Shape& s, const Place& p) {
    return (p.h * s.width + p.w) * s.channels + p.c;
  }

  template <typename Value>
  static Values make(const Shape& shape, Value value) {
    Values values;
    for (std::int64_t h = 0; h < shape.height; ++h) {
      for (std::int64_t w = 0; w < shape.width; ++w) {
        for (std::int64_t c = 0; c < shape.channels; ++c) values.push_back(value(Place{h, w, c}));
      }
    }
    return values;
  }

  void run(const workloads::Layer& layer) {
    const workloads::LayerShape shape = layer_shape(network_, layer);
    std::vector<const Values*> in;
    for (const workloads::TensorId id : layer.inputs) in.push_back(&values_.at(id));
    values_[layer.output] =
        std::visit([&](const auto& op) { return compute(op, shape, in); }, layer.op);
  }

  using Inputs = std::vector<const Values*>;
  using Layer = workloads::LayerShape;

  static std::int64_t value(const Values& values, const Shape& shape, const Place& p) {
    const bool inside = p.h >= 0 && p.w >= 0 && p.c >= 0 && p.h < shape.height &&
                        p.w < shape.width && p.c < shape.channels;
    return inside ? values.at(static_cast<std::size_t>(at(shape, p))) : 0;
  }

  static Values compute(const workloads::Reshape&, const Layer&, const Inputs& in) {
    return *in[0];
  }
  static Values compute(const workloads::Transpose& op, const Layer& l, const Inputs& in) {
    return make(l.output, [&](const Place& p) {
      std::array<std::int64_t, 3> from{};
      const std::array<std::int64_t, 3> to{p.h, p.w, p.c};
      for (std::size_t i = 0; i < 3; ++i) from.at(static_cast<std::size_t>(op.order[i])) = to[i];
      return value(*in[0], l.input(), {from[0], from[1], from[2]});
    });
  }
  static Values compute(const workloads::Slice& op, const Layer& l, const Inputs& in) {
    return make(l.output, [&](const Place& p) {
      return value(
          *in[0], l.input(),
          {op.begin.height + p.h * op.stride.height, op.begin.width + p.w * op.stride.width,
           op.begin.channels + p.c * op.stride.channels});
    });
  }
  static Values compute(const workloads::Pad& op, const Layer& l, const Inputs& in) {
    return make(l.output, [&](const Place& p) {
      return value(*in[0], l.input(),
                   {p.h - op.padding.top, p.w - op.padding.left, p.c - op.channels_before});
    });
  }
  static Values compute(const workloads::Tile&, const Layer& l, const Inputs& in) {
    return make(l.output,
                [&](const Place& p) { return value(*in[0], l.input(), fit(p, l.input())); });
  }
  static Values compute(const workloads::Elementwise&, const Layer& l, const Inputs& in) {
    if (in.size() == 1) return *in[0];
    return make(l.output, [&](const Place& p) {
      return value(*in[0], l.inputs[0], fit(p, l.inputs[0])) +
             value(*in[1], l.inputs[1], fit(p, l.inputs[1]));
    });
  }
  static Values compute(const workloads::Concat& op, const Layer& l, const Inputs& in) {
    return make(l.output, [&](Place p) {
      std::int64_t& along = op.axis == workloads::Axis::height  ? p.h
                            : op.axis == workloads::Axis::width ? p.w
                                                                : p.c;
      std::size_t i = 0;
      for (; along >= side(l.inputs[i], op.axis); ++i) along -= side(l.inputs[i], op.axis);
      return value(*in[i], l.inputs[i], p);
    });
  }
  static Values compute(const workloads::Reduce& op, const Layer& l, const Inputs& in) {
    Values sums(static_cast<std::size_t>(l.output.elements()), 0);
    std::size_t next = 0;
    make(l.input(), [&](const Place& p) {
      const Place to{op.height ? 0 : p.h, op.width ? 0 : p.w, op.channels ? 0 : p.c};
      return sums.at(static_cast<std::size_t>(at(l.output, to))) += in[0]->at(next++);
    });
    return sums;
  }
  static Values compute(const workloads::MatMul& op, const Layer& l, const Inputs& in) {
    return make(l.output, [&](const Place& p) {
      std::int64_t sum = 0;
      for (std::int64_t k = 0; k < l.input().channels; ++k) {
        const Place right = op.transposed ? Place{p.h, p.c, k} : Place{p.h, k, p.c};
        sum += value(*in[0], l.inputs[0], {p.h, p.w, k}) * value(*in[1], l.inputs[1], right);
      }
      return sum;
    });
  }
  // The sum of the channels of the pixel, in each: an operator over channels as any.
  static Values compute(const workloads::Softmax&, const Layer& l, const Inputs& in) {
    return make(l.output, [&](const Place& p) {
      std::int64_t sum = 0;
      for (std::int64_t c = 0; c < l.input().channels; ++c)
        sum += value(*in[0], l.input(), {p.h, p.w, c});
      return sum;
    });
  }
  // As two products with the softmax above between them, in each head. Packed: query, key and value
  // one behind the other.
  static Values compute(const workloads::Attention& op, const Layer& l, const Inputs& in) {
    const std::int64_t tokens = l.output.pixels(), all = l.output.channels, size = all / op.heads;
    const auto at = [&](std::size_t i, std::int64_t token, std::int64_t channel) {
      const auto third = static_cast<std::int64_t>(i);
      return op.packed ? in[0]->at(static_cast<std::size_t>((3 * token + third) * all + channel))
                       : in[i]->at(static_cast<std::size_t>(token * all + channel));
    };
    return make(l.output, [&](const Place& p) {
      const std::int64_t query = p.h * l.output.width + p.w, head = p.c / size * size;
      std::int64_t scores = 0, values = 0;
      for (std::int64_t token = 0; token < tokens; ++token) {
        for (std::int64_t c = head; c < head + size; ++c)
          scores += at(0, query, c) * at(1, token, c);
        values += at(2, token, p.c);
      }
      return scores * values;
    });
  }
  template <typename Other>
  static Values compute(const Other& op, const Layer& l, const Inputs&) {
    ADD_FAILURE() << op_name(workloads::Op(op)) << " is not computed";
    return Values(static_cast<std::size_t>(l.output.elements()), 0);
  }

  static Place fit(const Place& p, const Shape& s) {
    return {p.h % s.height, p.w % s.width, p.c % s.channels};
  }
  static std::int64_t side(const Shape& s, workloads::Axis axis) {
    if (axis == workloads::Axis::height) return s.height;
    return axis == workloads::Axis::width ? s.width : s.channels;
  }

  const workloads::Network& network_;
  std::map<workloads::TensorId, Values> values_;
};

}  // namespace h4h::tests
