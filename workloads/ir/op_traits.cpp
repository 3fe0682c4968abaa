#include "workloads/ir/op_traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include "base/integer.hpp"
#include "workloads/ir/common_traits.hpp"
#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/moving_traits.hpp"
#include "workloads/ir/weighted_traits.hpp"
#include "workloads/ir/window_shape.hpp"

namespace h4h::workloads {
namespace traits {

template <>
struct Traits<Pool2d> : NpuPass, OneInput, OwnWindow, OwnChannels {
  static Shape output(const Pool2d& op, const Shape& input) {
    return windowed_shape(input, op.window, input.channels);
  }
};

template <>
struct Traits<Mean> : NpuPass, OneInput {
  static ChannelUse channel_use(const Mean& /*op*/) { return ChannelUse::all; }
  static Shape output(const Mean& op, const Shape& in) {
    return {op.height ? 1 : in.height, op.width ? 1 : in.width, op.channels ? 1 : in.channels};
  }
  static Window window(const Mean& op, const Shape& in) {
    return {op.height ? in.height : 1, op.width ? in.width : 1, 1, 1, 1, 1, {}};
  }
  static ChannelSpan channels(const Mean& op, const LayerShape& layer, ChannelSpan outputs) {
    return op.channels ? ChannelSpan{0, layer.input().channels} : outputs;
  }
};

template <>
struct Traits<Elementwise> : NpuPass, SeveralInputs, OnePixel, OwnChannels {
  static Shape output(const Elementwise& /*op*/, const Shapes& inputs) {
    if (inputs.empty() || inputs.size() > 2) {
      fail(fmt::format("elementwise takes 1 or 2 inputs, not {}", inputs.size()));
    }
    Shape first = inputs.front(), second = inputs.back();
    for (const Axis axis : kAxes) {
      std::int64_t &a = along(first, axis), b = along(second, axis);
      if (a != b && a != 1 && b != 1) {
        fail(fmt::format("input {} does not broadcast with {}: neither is 1 in {}",
                         to_string(inputs.back()), to_string(inputs.front()), to_string(axis)));
      }
      a = std::max(a, b);
    }
    return first;
  }
};

template <>
struct Traits<Activate> : Map {};

template <>
struct Traits<Softmax> : Map {};

template <>
struct Traits<MatMul>
    : NoWeights, NoParameters, NotOnMacros, NotSplit, SeveralInputs, OnePixel, AllChannels {
  static Shape output(const MatMul& op, const Shapes& inputs) {
    if (inputs.size() != 2) fail(fmt::format("matmul takes 2 inputs, not {}", inputs.size()));
    const Shape &a = inputs[0], &b = inputs[1];
    const std::int64_t depth = op.transposed ? b.channels : b.width;
    if (a.height != b.height || a.channels != depth) {
      fail(fmt::format("matmul of {} and {}{} does not match", to_string(a), to_string(b),
                       op.transposed ? " transposed" : ""));
    }
    return {a.height, a.width, op.transposed ? b.width : b.channels};
  }
  static std::int64_t macs(const MatMul& /*op*/, const LayerShape& layer) {
    return layer.output.elements() * layer.input().channels;
  }
};

template <>
struct Traits<LayerNorm> : Map {
  static std::int64_t parameters(const LayerNorm& op, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    switch (op.kind) {
      case NormKind::layer_norm:
        return 2 * layer.output.channels;
      case NormKind::rms_norm:
        return layer.output.channels;
      case NormKind::l2_norm:
        break;
    }
    return 0;
  }
};

template <>
struct Traits<GroupNorm> : NpuPass, OneInput, OnePixel, OwnChannels {
  static Shape output(const GroupNorm& op, const Shape& input) {
    if (op.groups < 1 || input.channels % op.groups != 0) {
      fail(fmt::format("group_norm of {} groups does not divide {} channels", op.groups,
                       input.channels));
    }
    return input;
  }
  static std::int64_t parameters(const GroupNorm& /*op*/, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    return 2 * layer.output.channels;
  }
};

template <>
struct Traits<Attention> : NoWeights, SeveralInputs, OnePixel, OwnChannels {
  static CimSupport cim(const Attention& /*op*/) { return CimSupport::attention; }
  static Shape output(const Attention& op, const Shapes& inputs) {
    const Shape out = op.packed ? of_packed(inputs) : of_three(inputs);
    if (op.heads < 1 || out.channels % op.heads != 0) {
      fail(
          fmt::format("attention of {} heads does not divide {} channels", op.heads, out.channels));
    }
    return out;
  }
  static Shape of_three(const Shapes& inputs) {
    if (inputs.size() != 3) fail(fmt::format("attention takes 3 inputs, not {}", inputs.size()));
    for (const Shape& in : inputs) {
      if (in != inputs.front()) {
        fail(
            fmt::format("query, key and value of attention must be of one shape, not {}, {} and {}",
                        to_string(inputs[0]), to_string(inputs[1]), to_string(inputs[2])));
      }
    }
    return inputs.front();
  }
  static Shape of_packed(const Shapes& inputs) {
    if (inputs.size() != 1) {
      fail(fmt::format("packed attention takes 1 input, not {}", inputs.size()));
    }
    const Shape& in = inputs.front();
    if (in.channels % 3 != 0) {
      fail(
          fmt::format("packed attention takes query, key and value as thirds of its channels, not "
                      "of {}",
                      in.channels));
    }
    return {in.height, in.width, in.channels / 3};
  }
  // Scores, and the sums of the values.
  static std::int64_t macs(const Attention& /*op*/, const LayerShape& layer) {
    return 2 * layer.output.elements() * layer.input().pixels();
  }
  static std::int64_t parameters(const Attention& op, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    return op.heads * layer.input().pixels();
  }
  static std::int64_t split_unit(const Attention& op, const LayerShape& layer) {
    return layer.output.channels / op.heads;
  }
  static void narrow(Attention& op, LayerShape& share, std::int64_t channels) {
    op.heads = op.heads * channels / share.output.channels;
    for (Shape& input : share.inputs) input.channels = op.packed ? 3 * channels : channels;
  }
};

template <>
struct Traits<LeakyRelu> : Map {};

template <>
struct Traits<Unary> : Map {};

template <>
struct Traits<Reduce> : NpuPass, OneInput {
  static ChannelUse channel_use(const Reduce& /*op*/) { return ChannelUse::all; }
  static Shape output(const Reduce& op, const Shape& in) {
    return Traits<Mean>::output(mean(op), in);
  }
  static Window window(const Reduce& op, const Shape& in) {
    return Traits<Mean>::window(mean(op), in);
  }
  static ChannelSpan channels(const Reduce& op, const LayerShape& layer, ChannelSpan outputs) {
    return Traits<Mean>::channels(mean(op), layer, outputs);
  }
  static Mean mean(const Reduce& op) { return {op.height, op.width, op.channels}; }
};

template <>
struct Traits<ArgMax> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const ArgMax& op, Shape in) {
    along(in, op.axis) = 1;
    return in;
  }
};

}  // namespace traits

namespace {

using traits::Shapes;

// `ask` is called with an operator and its traits.
template <typename Ask>
auto ask_traits(const Op& op, Ask ask) {
  return std::visit(
      [&](const auto& o) { return ask(o, traits::Traits<std::decay_t<decltype(o)>>{}); }, op);
}

}  // namespace

Shape output_shape(const Op& op, const Shapes& inputs) {
  return ask_traits(op, [&](const auto& o, auto traits) {
    if constexpr (traits.kSeveralInputs) {
      return traits.output(o, inputs);
    } else {
      if (inputs.size() != 1) {
        traits::fail(fmt::format("{} takes 1 input, not {}", op_name(op), inputs.size()));
      }
      return traits.output(o, inputs.front());
    }
  });
}

std::int64_t macs(const LayerShape& layer) {
  return ask_traits(layer.op, [&](const auto& o, auto traits) { return traits.macs(o, layer); });
}

std::int64_t weight_bytes(const LayerShape& layer) {
  return ask_traits(layer.op, [&](const auto& o, auto traits) { return traits.weights(o, layer); });
}

bool has_weights(const Op& op) {
  return ask_traits(op, [](const auto&, auto traits) { return traits.kWeights; });
}

std::int64_t trained_parameters(const LayerShape& layer, bool in_transformer) {
  return ask_traits(layer.op, [&](const auto& o, auto traits) {
    return traits.parameters(o, layer, in_transformer);
  });
}

bool is_view(const Op& op) {
  return ask_traits(op, [](const auto&, auto traits) { return traits.kView; });
}

bool takes_several_inputs(const Op& op) {
  return ask_traits(op, [](const auto&, auto traits) { return traits.kSeveralInputs; });
}

ChannelUse channel_use(const Op& op) {
  return ask_traits(op, [](const auto& o, auto traits) { return traits.channel_use(o); });
}

ChannelSpan input_channels(const LayerShape& layer, ChannelSpan outputs) {
  return ask_traits(layer.op,
                    [&](const auto& o, auto traits) { return traits.channels(o, layer, outputs); });
}

Window input_window(const LayerShape& layer) {
  return ask_traits(layer.op,
                    [&](const auto& o, auto traits) { return traits.window(o, layer.input()); });
}

CimSupport cim_support(const Op& op) {
  return ask_traits(op, [](const auto& o, auto traits) { return traits.cim(o); });
}

std::int64_t split_unit(const LayerShape& layer) {
  return ask_traits(layer.op,
                    [&](const auto& o, auto traits) { return traits.split_unit(o, layer); });
}

LayerShape share_of(const LayerShape& layer, std::int64_t channels) {
  const std::int64_t all = layer.output.channels;
  if (channels == all) return layer;
  LayerShape share = layer;
  std::visit(
      [&](auto& o) { traits::Traits<std::decay_t<decltype(o)>>::narrow(o, share, channels); },
      share.op);
  share.output.channels = channels;
  for (const auto member : {&LayerShape::encoded_weight_bytes, &LayerShape::coded_weight_bytes}) {
    if (layer.*member) share.*member = ceil_div(*(layer.*member) * channels, all);
  }
  return share;
}

}  // namespace h4h::workloads
