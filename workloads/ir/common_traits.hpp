#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "workloads/ir/layer_shape.hpp"

namespace h4h::workloads::traits {

using Shapes = std::vector<Shape>;

// Of each operator. There are none by default: an operator without traits does not compile.
template <typename T>
struct Traits;

[[noreturn]] inline void fail(const std::string& message) { throw std::invalid_argument(message); }

// Answers that operators have in common, as bases of their traits. Each operator
// names those that hold for it; what it answers itself goes before.

// `output` is given the only input, not the list.
struct OneInput {
  static constexpr bool kSeveralInputs = false;
};
struct SeveralInputs {
  static constexpr bool kSeveralInputs = true;
};

struct OwnWindow {
  template <typename T>
  static Window window(const T& op, const Shape& /*input*/) {
    return op.window;
  }
};
struct OnePixel {
  template <typename T>
  static Window window(const T& /*op*/, const Shape& /*input*/) {
    return {};
  }
};

struct OwnChannels {
  template <typename T>
  static ChannelUse channel_use(const T& /*op*/) {
    return ChannelUse::own;
  }
  template <typename T>
  static ChannelSpan channels(const T& /*op*/, const LayerShape& /*layer*/, ChannelSpan outputs) {
    return outputs;
  }
};
struct AllChannels {
  template <typename T>
  static ChannelUse channel_use(const T& /*op*/) {
    return ChannelUse::all;
  }
  template <typename T>
  static ChannelSpan channels(const T& /*op*/, const LayerShape& layer, ChannelSpan /*outputs*/) {
    return {0, layer.input().channels};
  }
};

// `weights` bytes of them; every output pixel is multiplied with all.
template <typename Own>
struct Weighted {
  static constexpr bool kView = false, kWeights = true;
  template <typename T>
  static std::int64_t macs(const T& op, const LayerShape& layer) {
    return layer.output.pixels() * Own::weights(op, layer);
  }
  template <typename T>
  static std::int64_t parameters(const T& op, const LayerShape& layer, bool in_transformer) {
    return Own::weights(op, layer) + (in_transformer ? 1 : 2) * layer.output.channels;
  }
  template <typename T>
  static std::int64_t split_unit(const T& /*op*/, const LayerShape& /*layer*/) {
    return 1;
  }
};

struct NoWeights {
  static constexpr bool kView = false, kWeights = false;
  template <typename T>
  static std::int64_t weights(const T& /*op*/, const LayerShape& /*layer*/) {
    return 0;
  }
};
struct NoMacs {
  template <typename T>
  static std::int64_t macs(const T& /*op*/, const LayerShape& /*layer*/) {
    return 0;
  }
};
struct NoParameters {
  template <typename T>
  static std::int64_t parameters(const T& /*op*/, const LayerShape& /*layer*/,
                                 bool /*in_transformer*/) {
    return 0;
  }
};
// Macros hold the weights.
struct OnMacros {
  template <typename T>
  static CimSupport cim(const T& /*op*/) {
    return CimSupport::weights;
  }
};
struct NotOnMacros {
  template <typename T>
  static CimSupport cim(const T& /*op*/) {
    return CimSupport::none;
  }
};
struct NotSplit {
  template <typename T>
  static std::int64_t split_unit(const T& /*op*/, const LayerShape& layer) {
    return layer.output.channels;
  }
  template <typename T>
  static void narrow(T& op, LayerShape& /*share*/, std::int64_t /*channels*/) {
    fail(fmt::format("{} is not split over output channels", op_name(op)));
  }
};

// No weights, no MACs, on the NPU alone and in one piece.
struct NpuPass : NoWeights, NoMacs, NoParameters, NotOnMacros, NotSplit {};

// The same for a function of each element of one feature map.
struct Map : NpuPass, OneInput, OnePixel, OwnChannels {
  template <typename T>
  static Shape output(const T& /*op*/, const Shape& input) {
    return input;
  }
};

}  // namespace h4h::workloads::traits
