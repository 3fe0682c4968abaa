#pragma once

#include <fmt/format.h>

#include <cstdint>

#include "base/integer.hpp"
#include "workloads/ir/common_traits.hpp"
#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/window_shape.hpp"

namespace h4h::workloads::traits {

// Of the operators that have weights.

template <>
struct Traits<Conv2d> : Weighted<Traits<Conv2d>>, OneInput, OwnWindow {
  static ChannelUse channel_use(const Conv2d& /*op*/) { return ChannelUse::all; }
  // Assumption: macros take whole convolutions; those in groups would leave most of a word empty.
  static CimSupport cim(const Conv2d& op) {
    return op.groups == 1 ? CimSupport::weights : CimSupport::none;
  }
  static Shape output(const Conv2d& op, const Shape& input) {
    if (op.groups < 1 || input.channels % op.groups != 0 || op.out_channels % op.groups != 0) {
      fail(fmt::format("conv of {} groups does not divide {} input and {} output channels",
                       op.groups, input.channels, op.out_channels));
    }
    return windowed_shape(input, op.window, op.out_channels);
  }
  static std::int64_t weights(const Conv2d& op, const LayerShape& layer) {
    return op.window.taps() * (layer.input().channels / op.groups) * layer.output.channels;
  }
  // Those of whole groups.
  static ChannelSpan channels(const Conv2d& op, const LayerShape& layer, ChannelSpan outputs) {
    const std::int64_t in = layer.input().channels / op.groups,
                       out = layer.output.channels / op.groups;
    return {outputs.begin / out * in, ceil_div(outputs.end, out) * in};
  }
  static std::int64_t split_unit(const Conv2d& op, const LayerShape& layer) {
    return op.groups == 1 ? 1 : layer.output.channels / op.groups;
  }
  static void narrow(Conv2d& op, LayerShape& share, std::int64_t channels) {
    if (op.groups > 1) {
      const std::int64_t in = share.input().channels / op.groups;
      op.groups = op.groups * channels / share.output.channels;
      share.inputs.front().channels = in * op.groups;
    }
    op.out_channels = channels;
  }
};

template <>
struct Traits<DepthwiseConv2d> : Weighted<Traits<DepthwiseConv2d>>, OnMacros, OneInput, OwnWindow {
  static ChannelUse channel_use(const DepthwiseConv2d& /*op*/) { return ChannelUse::own; }
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
struct Traits<Linear> : Weighted<Traits<Linear>>, OnMacros, OneInput, OnePixel {
  static ChannelUse channel_use(const Linear& op) {
    return op.per_token ? ChannelUse::all : ChannelUse::whole_input;
  }
  static Shape output(const Linear& op, const Shape& input) {
    if (op.out_features < 1) fail("linear needs at least 1 output feature");
    if (op.per_token) return {input.height, input.width, op.out_features};
    return {1, 1, op.out_features};
  }
  static std::int64_t weights(const Linear& op, const LayerShape& layer) {
    const Shape& in = layer.input();
    return (op.per_token ? in.channels : in.elements()) * layer.output.channels;
  }
  static std::int64_t parameters(const Linear& op, const LayerShape& layer,
                                 bool /*in_transformer*/) {
    return weights(op, layer) + layer.output.channels;
  }
  static ChannelSpan channels(const Linear& /*op*/, const LayerShape& layer,
                              ChannelSpan /*outputs*/) {
    return {0, layer.input().channels};
  }
  static void narrow(Linear& op, LayerShape& /*share*/, std::int64_t channels) {
    op.out_features = channels;
  }
};

template <>
struct Traits<TransposeConv2d>
    : Weighted<Traits<TransposeConv2d>>, NotOnMacros, OneInput, OwnWindow, AllChannels {
  static Shape output(const TransposeConv2d& op, const Shape& input) {
    const Shape back = windowed_shape({op.height, op.width, 1}, op.window, input.channels);
    if (back != input) {
      fail(fmt::format("transpose_conv to {}x{} needs an input of {}x{} pixels, not {}x{}",
                       op.height, op.width, back.height, back.width, input.height, input.width));
    }
    if (op.out_channels < 1) fail("transpose_conv needs at least 1 output channel");
    return {op.height, op.width, op.out_channels};
  }
  static std::int64_t weights(const TransposeConv2d& op, const LayerShape& layer) {
    return op.window.taps() * layer.input().channels * layer.output.channels;
  }
  // No zeros between the pixels, but what is cut off.
  static std::int64_t macs(const TransposeConv2d& op, const LayerShape& layer) {
    return layer.input().pixels() * weights(op, layer);
  }
  static void narrow(TransposeConv2d& op, LayerShape& /*share*/, std::int64_t channels) {
    op.out_channels = channels;
  }
};

// Of what has a state: one device runs all of it.
template <typename Own>
struct Stateful : Weighted<Own>, NotOnMacros, NotSplit, OneInput, OnePixel, AllChannels {
  using NotSplit::split_unit;
};

template <>
struct Traits<Lstm> : Stateful<Traits<Lstm>> {
  static constexpr std::int64_t kGates = 4;
  static Shape output(const Lstm& op, const Shape& input) {
    if (op.units < 1) fail("lstm needs at least 1 unit");
    return {input.height, input.width, op.units};
  }
  static std::int64_t weights(const Lstm& op, const LayerShape& layer) {
    return kGates * op.units * (layer.input().channels + op.units);
  }
  static std::int64_t parameters(const Lstm& op, const LayerShape& layer, bool /*in_transformer*/) {
    return weights(op, layer) + kGates * op.units;
  }
};

template <>
struct Traits<Svdf> : Stateful<Traits<Svdf>> {
  static Shape output(const Svdf& op, const Shape& input) {
    if (op.units < 1 || op.rank < 1 || op.memory < 1) {
      fail("svdf needs at least 1 unit, a rank of 1 and a memory of 1");
    }
    return {input.height, input.width, op.units};
  }
  static std::int64_t weights(const Svdf& op, const LayerShape& layer) {
    return op.rank * op.units * (layer.input().channels + op.memory);
  }
  static std::int64_t parameters(const Svdf& op, const LayerShape& layer, bool /*in_transformer*/) {
    return weights(op, layer) + op.units;
  }
};

}  // namespace h4h::workloads::traits
