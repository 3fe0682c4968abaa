#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "workloads/ir/common_traits.hpp"
#include "workloads/ir/layer_shape.hpp"
#include "workloads/ir/window_shape.hpp"

namespace h4h::workloads::traits {

// Of the operators that move elements.

inline std::int64_t& along(Shape& shape, Axis axis) {
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
struct Traits<Pad> : NpuPass, OneInput {
  static ChannelUse channel_use(const Pad& /*op*/) { return ChannelUse::own; }
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

template <>
struct Traits<SpaceToDepth> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const SpaceToDepth& op, const Shape& in) {
    if (op.block < 1 || in.height % op.block != 0 || in.width % op.block != 0) {
      fail(fmt::format("space_to_depth of block {} does not divide {}x{} pixels", op.block,
                       in.height, in.width));
    }
    return {in.height / op.block, in.width / op.block, in.channels * op.block * op.block};
  }
};

template <>
struct Traits<Slice> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const Slice& op, Shape in) {
    Slice part = op;
    for (const Axis axis : kAxes) {
      const std::int64_t begin = along(part.begin, axis), size = along(part.shape, axis),
                         stride = along(part.stride, axis), all = along(in, axis);
      if (begin < 0 || size < 1 || stride < 1 || begin + (size - 1) * stride >= all) {
        fail(fmt::format("slice of {} from {} on, in steps of {}, is not inside the {} of {}", size,
                         begin, stride, to_string(axis), all));
      }
    }
    return op.shape;
  }
};

template <>
struct Traits<Gather> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const Gather& op, Shape in) {
    if (op.count < 1) fail("gather needs a count of at least 1");
    along(in, op.axis) = op.count;
    return in;
  }
};

template <>
struct Traits<Tile> : NpuPass, OneInput, OnePixel, AllChannels {
  static Shape output(const Tile& op, Shape in) {
    Shape shape = op.shape;
    for (const Axis axis : kAxes) {
      if (along(shape, axis) < 1 || along(shape, axis) % along(in, axis) != 0) {
        fail(fmt::format("tile to {} is not whole times {} along {}", to_string(op.shape),
                         to_string(in), to_string(axis)));
      }
    }
    return op.shape;
  }
};

}  // namespace h4h::workloads::traits
