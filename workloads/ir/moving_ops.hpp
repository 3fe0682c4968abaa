#pragma once

#include <array>
#include <cstdint>

#include "workloads/ir/op_parts.hpp"

namespace h4h::workloads {

// Operators that move elements or make some of them anew (op_parts.hpp says what `fields` is).

struct Pad {
  Padding padding;
  std::int64_t channels_before = 0, channels_after = 0;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("pad");
    f.padding(op.padding);
    f.margin("channels", op.channels_before, op.channels_after);
  }
};

// Inputs one behind the other along an axis.
struct Concat {
  Axis axis = Axis::channels;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("concat");
    f.axis("axis", op.axis);
  }
};

// Another shape over the same elements in the same order: a view, nothing moves.
struct Reshape {
  Shape shape;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("reshape");
    f.shape("shape", op.shape);
  }
};

// Output axis i is input axis order[i].
struct Transpose {
  std::array<Axis, 3> order{Axis::height, Axis::width, Axis::channels};

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("transpose");
    f.order("order", op.order);
  }
};

enum class ResizeKind { nearest, bilinear };
inline constexpr std::array<Named<ResizeKind>, 2> kResizeNames{
    {{ResizeKind::nearest, "resize_nearest"}, {ResizeKind::bilinear, "resize_bilinear"}}};

struct Resize {
  ResizeKind kind = ResizeKind::bilinear;
  std::int64_t height = 1, width = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name(op.kind, kResizeNames);
    f.size("size", op.height, op.width);
  }
};

// Every block x block channels of a pixel become as many pixels, row by row.
struct DepthToSpace {
  std::int64_t block = 2;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("depth_to_space");
    f.number("block", op.block, kSideBounds);
  }
};

// Every block x block pixels become the channels of one: the reverse of depth_to_space.
struct SpaceToDepth {
  std::int64_t block = 2;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("space_to_depth");
    f.number("block", op.block, kSideBounds);
  }
};

// A part of the input: from `begin` on, every stride-th row, column and channel, `shape` of them.
struct Slice {
  Shape begin{0, 0, 0};
  Shape shape;
  Shape stride;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("slice");
    f.place("begin", op.begin, kPaddingBounds, 0);
    f.shape("shape", op.shape);
    f.place("stride", op.stride, kSideBounds, 1);
  }
};

// `count` rows, columns or channels of the input, at places that are known beforehand.
struct Gather {
  Axis axis = Axis::channels;
  std::int64_t count = 1;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("gather");
    f.axis("axis", op.axis);
    f.number("count", op.count, kSideBounds);
  }
};

// The input again and again along each axis, whole times, until it has the shape.
struct Tile {
  Shape shape;

  template <typename F, typename Self>
  static void fields(F& f, Self& op) {
    f.name("tile");
    f.shape("shape", op.shape);
  }
};

}  // namespace h4h::workloads
