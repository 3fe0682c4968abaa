#include "workloads/ir/op_traits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include "base/integer.hpp"
#include "workloads/ir/common_traits.hpp"
#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/window_shape.hpp"

namespace h4h::workloads {
namespace {

using Shapes = std::vector<Shape>;
using namespace traits;  // NOLINT(google-build-using-namespace): what operators have in common

[[noreturn]] void fail(const std::string& message) { throw std::invalid_argument(message); }

// Of each operator. There are none by default: an operator without traits does not compile.
template <typename T>
struct Traits;

template <>
struct Traits<Conv2d> : Weighted<Traits<Conv2d>>, OnMacros, OneInput, OwnWindow, AllChannels {
  static Shape output(const Conv2d& op, const Shape& input) {
    return windowed_shape(input, op.window, op.out_channels);
  }
  static std::int64_t weights(const Conv2d& op, const LayerShape& layer) {
    return op.window.taps() * layer.input().channels * layer.output.channels;
  }
  static void narrow(Conv2d& op, LayerShape& /*share*/, std::int64_t channels) {
    op.out_channels = channels;
  }
};

template <>
struct Traits<DepthwiseConv2d> : Weighted<Traits<DepthwiseConv2d>>, OnMacros, OneInput, OwnWindow {
  static constexpr ChannelUse kChannelUse = ChannelUse::own;
  static Shape output(const DepthwiseConv2d& op, const Shape& input) {
    return windowed_shape(input, op.window, input.channels * op.multiplier);
  }
  static std::int64_t weights(const DepthwiseConv2d& op, const LayerShape& layer) {
    return op.window.taps() * layer.output.channels;
  }
  static ChannelSpan channels(const DepthwiseConv2d& op, const LayerShape& /*layer*/,
                              ChannelSpan outputs) {
    return {outputs.begin / op.multiplier, ceil_div(outputs.end, op.multiplier)};
  }
  static void narrow(DepthwiseConv2d& op, LayerShape& share, std::int64_t channels) {
    share.inputs.front().channels = ceil_div(channels, op.multiplier);
  }
};

template <>
struct Traits<Linear> : Weighted<Traits<Linear>>, OnMacros, OneInput, OnePixel, AllChannels {
  static constexpr ChannelUse kChannelUse = ChannelUse::whole_input;
  static Shape output(const Linear& op, const Shape& /*input*/) {
    if (op.out_features < 1) fail("linear needs at least 1 output feature");
    return {1, 1, op.out_features};
  }
  static std::int64_t weights(const Linear& /*op*/, const LayerShape& layer) {
    return layer.input().elements() * layer.output.channels;
  }
  static std::int64_t parameters(const Linear& op, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    return weights(op, layer) + layer.output.channels;
  }
  static void narrow(Linear& op, LayerShape& /*share*/, std::int64_t channels) {
    op.out_features = channels;
  }
};

template <>
struct Traits<Pad> : NpuPass, OneInput {
  static constexpr ChannelUse kChannelUse = ChannelUse::own;
  static Shape output(const Pad& op, const Shape& in) {
    const Padding& p = op.padding;
    check_padding(p);
    check_padding({op.channels_before, op.channels_after, 0, 0});
    return {in.height + p.top + p.bottom, in.width + p.left + p.right,
            in.channels + op.channels_before + op.channels_after};
  }
  static Window window(const Pad& op, const Shape& /*input*/) {
    return {1, 1, 1, 1, 1, 1, op.padding};
  }
  // Only what the input has.
  static ChannelSpan channels(const Pad& op, const LayerShape& layer, ChannelSpan outputs) {
    const auto inside = [&](std::int64_t c) {
      return std::clamp<std::int64_t>(c - op.channels_before, 0, layer.input().channels);
    };
    return {inside(outputs.begin), inside(outputs.end)};
  }
};

template <>
struct Traits<Pool2d> : NpuPass, OneInput, OwnWindow, OwnChannels {
  static Shape output(const Pool2d& op, const Shape& input) {
    return windowed_shape(input, op.window, input.channels);
  }
};

template <>
struct Traits<Mean> : NpuPass, OneInput {
  static constexpr ChannelUse kChannelUse = ChannelUse::all;
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
  static bool broadcasts_to(const Shape& operand, const Shape& shape) {
    return operand == shape || operand == Shape{1, 1, shape.channels} || operand == Shape{1, 1, 1};
  }
  static Shape output(const Elementwise& /*op*/, const Shapes& inputs) {
    if (inputs.empty() || inputs.size() > 2) {
      fail(fmt::format("elementwise takes 1 or 2 inputs, not {}", inputs.size()));
    }
    if (inputs.size() == 2 && !broadcasts_to(inputs[1], inputs[0])) {
      fail(fmt::format("second input {} does not broadcast to the first, {}", to_string(inputs[1]),
                       to_string(inputs[0])));
    }
    return inputs.front();
  }
};

template <>
struct Traits<Activate> : Map {};

std::int64_t& along(Shape& shape, Axis axis) {
  switch (axis) {
    case Axis::height:
      return shape.height;
    case Axis::width:
      return shape.width;
    case Axis::channels:
      break;
  }
  return shape.channels;
}

template <>
struct Traits<Concat> : NpuPass, SeveralInputs, OnePixel, AllChannels {
  static Shape output(const Concat& op, const Shapes& inputs) {
    if (inputs.empty()) fail("concat needs at least 1 input");
    Shape sum = inputs.front();
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      Shape expected = inputs.front();
      Shape other = inputs[i];
      along(sum, op.axis) += along(other, op.axis);
      along(expected, op.axis) = along(other, op.axis);
      if (other != expected) {
        fail(
            fmt::format("input {} of concat is {}, which differs from the first, {}, not only in "
                        "{}",
                        i, to_string(other), to_string(inputs.front()), to_string(op.axis)));
      }
    }
    return sum;
  }
};

template <>
struct Traits<Reshape> : NpuPass, OneInput, OnePixel, AllChannels {
  static constexpr bool kView = true;
  static Shape output(const Reshape& op, const Shape& in) {
    if (op.shape.elements() != in.elements()) {
      fail(fmt::format("reshape of {} to {} changes the number of elements", to_string(in),
                       to_string(op.shape)));
    }
    return op.shape;
  }
};

template <>
struct Traits<Transpose> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const Transpose& op, Shape input) {
    Shape out{0, 0, 0};
    along(out, Axis::height) = along(input, op.order[0]);
    along(out, Axis::width) = along(input, op.order[1]);
    along(out, Axis::channels) = along(input, op.order[2]);
    if (out.elements() != input.elements()) fail("transpose must name every axis once");
    return out;
  }
};

template <>
struct Traits<Resize> : NpuPass, OneInput, OnePixel, OwnChannels {
  static Shape output(const Resize& op, const Shape& input) {
    return {op.height, op.width, input.channels};
  }
};

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
  static std::int64_t parameters(const LayerNorm& /*op*/, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    return 2 * layer.output.channels;
  }
};

template <>
struct Traits<Attention> : NoWeights, SeveralInputs, OnePixel, OwnChannels {
  static constexpr CimSupport kCim = CimSupport::attention;
  static Shape output(const Attention& op, const Shapes& inputs) {
    if (inputs.size() != 3) fail(fmt::format("attention takes 3 inputs, not {}", inputs.size()));
    for (const Shape& in : inputs) {
      if (in != inputs.front()) {
        fail(
            fmt::format("query, key and value of attention must be of one shape, not {}, {} and {}",
                        to_string(inputs[0]), to_string(inputs[1]), to_string(inputs[2])));
      }
    }
    if (op.heads < 1 || inputs.front().channels % op.heads != 0) {
      fail(fmt::format("attention of {} heads does not divide {} channels", op.heads,
                       inputs.front().channels));
    }
    return inputs.front();
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
    for (Shape& input : share.inputs) input.channels = channels;
  }
};

template <>
struct Traits<LeakyRelu> : Map {};

template <>
struct Traits<DepthToSpace> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const DepthToSpace& op, const Shape& in) {
    const std::int64_t pixels = op.block * op.block;
    if (op.block < 1 || in.channels % pixels != 0) {
      fail(fmt::format("depth_to_space of block {} does not divide {} channels", op.block,
                       in.channels));
    }
    return {in.height * op.block, in.width * op.block, in.channels / pixels};
  }
};

// `ask` is called with an operator and its traits.
template <typename Ask>
auto ask_traits(const Op& op, Ask ask) {
  return std::visit([&](const auto& o) { return ask(o, Traits<std::decay_t<decltype(o)>>{}); }, op);
}

}  // namespace

Shape output_shape(const Op& op, const Shapes& inputs) {
  return ask_traits(op, [&](const auto& o, auto traits) {
    if constexpr (traits.kSeveralInputs) {
      return traits.output(o, inputs);
    } else {
      if (inputs.size() != 1) {
        fail(fmt::format("{} takes 1 input, not {}", op_name(op), inputs.size()));
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
  return ask_traits(op, [](const auto&, auto traits) { return traits.kChannelUse; });
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
  return ask_traits(op, [](const auto&, auto traits) { return traits.kCim; });
}

std::int64_t split_unit(const LayerShape& layer) {
  return ask_traits(layer.op,
                    [&](const auto& o, auto traits) { return traits.split_unit(o, layer); });
}

LayerShape share_of(const LayerShape& layer, std::int64_t channels) {
  const std::int64_t all = layer.output.channels;
  if (channels == all) return layer;
  LayerShape share = layer;
  std::visit([&](auto& o) { Traits<std::decay_t<decltype(o)>>::narrow(o, share, channels); },
             share.op);
  share.output.channels = channels;
  for (const auto member : {&LayerShape::encoded_weight_bytes, &LayerShape::coded_weight_bytes}) {
    if (layer.*member) share.*member = ceil_div(*(layer.*member) * channels, all);
  }
  return share;
}

}  // namespace h4h::workloads
