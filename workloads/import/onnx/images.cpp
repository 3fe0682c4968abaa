#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workloads/import/onnx/operators.hpp"
#include "workloads/import/onnx/windows.hpp"

// Pools and what changes the size of images.
namespace h4h::workloads::onnx {
namespace {

void pool(Operator& op, PoolKind kind) {
  const NdTensor in = op.feature(0);
  const ImageAxes axes = image_axes(in.dims.size());
  const auto kernel = op.list("kernel_shape");
  if (!kernel || kernel->size() + 2 != in.dims.size()) {
    throw NotMapped("kernel_shape does not fit the input");
  }
  const Window window = window_of(op, *kernel, NdGraph::image_shape(in, axes), Ceil::if_asked);
  op.make(op.nd().image(in, axes, Pool2d{kind, window, Activation::none}));
}

std::vector<int> spatial_axes(const NdTensor& in) {
  if (in.rank() < 3) throw NotMapped(fmt::format("{} is no image", dims_text(in.dims)));
  std::vector<int> axes = file_order(in.dims.size());
  axes.erase(axes.begin(), axes.begin() + 2);
  return axes;
}

// What a Resize or Upsample says of each axis: sizes, or factors of what there is.
Dims resized(const Operator& op, const Dims& dims) {
  const bool is_upsample = op.node().op == "Upsample";
  const std::size_t scales_at = is_upsample || op.opset() < 11 ? 1 : 2;
  Dims axes;
  for (std::size_t i = 0; i < dims.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  axes = op.list("axes").value_or(axes);
  Dims result = dims;
  const auto set = [&](std::size_t count, auto size_of) {
    if (count != axes.size()) throw NotMapped("as many sizes or scales as axes are needed");
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t& side =
          result[static_cast<std::size_t>(axis_of(axes[i], static_cast<int>(dims.size())))];
      side = size_of(i, side);
    }
  };
  const bool has_sizes = !is_upsample && op.has(3) && !(op.is_constant(3) && op.dims(3) == Dims{0});
  if (has_sizes) {
    const Dims sizes = op.integers(3);
    set(sizes.size(), [&](std::size_t i, std::int64_t) { return sizes[i]; });
    return result;
  }
  std::vector<double> scales;
  if (const Attribute* given = op.attribute("scales")) {
    scales.assign(given->floats.begin(), given->floats.end());
  } else {
    scales = op.reals(scales_at);
  }
  set(scales.size(), [&](std::size_t i, std::int64_t side) {
    const double size = std::floor(static_cast<double>(side) * scales[i]);
    if (!(size >= 1 && size <= 65536)) throw NotMapped(fmt::format("a scale of {}", scales[i]));
    return static_cast<std::int64_t>(size);
  });
  return result;
}

ResizeKind resize_kind(const std::string& mode) {
  if (mode == "nearest") return ResizeKind::nearest;
  if (mode == "linear" || mode == "bilinear") return ResizeKind::bilinear;
  throw NotMapped(fmt::format("mode {}; supported: nearest, linear", mode));
}

// Slices off what negative padding names, and leaves the rest of it.
NdTensor cropped(NdGraph& nd, const NdTensor& in,
                 std::vector<std::pair<std::int64_t, std::int64_t>>& pads) {
  std::vector<AxisSlice> parts;
  bool is_cropped = false;
  for (std::size_t i = 0; i < pads.size(); ++i) {
    const std::int64_t before = std::max<std::int64_t>(0, -pads[i].first);
    const std::int64_t after = std::max<std::int64_t>(0, -pads[i].second);
    if (before + after >= in.dims[i]) throw NotMapped("the padding takes all of an axis away");
    parts.push_back({before, in.dims[i] - before - after, 1});
    is_cropped = is_cropped || before + after > 0;
    pads[i] = {std::max<std::int64_t>(0, pads[i].first), std::max<std::int64_t>(0, pads[i].second)};
  }
  return is_cropped ? nd.slice(in, parts) : in;
}

// Of every axis: before and behind.
std::vector<std::pair<std::int64_t, std::int64_t>> paddings(const Operator& op, std::size_t rank) {
  const auto values = op.list("pads", 1);
  if (!values) throw NotMapped("input 1 is missing");
  Dims axes;
  for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  if (op.has(3)) axes = op.integers(3);
  if (values->size() != 2 * axes.size()) throw NotMapped("pads must be two for every axis");
  std::vector<std::pair<std::int64_t, std::int64_t>> pads(rank, {0, 0});
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t before = (*values)[i], after = (*values)[axes.size() + i];
    constexpr std::int64_t kMost = 65536;
    if (before < -kMost || before > kMost || after < -kMost || after > kMost) {
      throw NotMapped(fmt::format("padding of {} and {}", before, after));
    }
    pads[static_cast<std::size_t>(axis_of(axes[i], static_cast<int>(rank)))] = {before, after};
  }
  return pads;
}

std::int64_t block_of(const Operator& op) {
  const std::int64_t block = op.integer("blocksize", 0);
  if (block < 1 || block > kSideBounds.high) throw NotMapped(fmt::format("blocks of {}", block));
  return block;
}

// A convolution that does not pad itself and is the only reader takes the padding over.
bool becomes_padding_of_conv(const Operator& op) {
  const Node* reader = op.graph().sole_reader(op.node().outputs.at(0));
  if (reader == nullptr || reader->op != "Conv" || op.text("mode", "constant") != "constant") {
    return false;
  }
  const auto automatic = reader->attributes.find("auto_pad");
  if (automatic != reader->attributes.end() && automatic->second.s != "NOTSET" &&
      automatic->second.s != "VALID") {
    return false;
  }
  const auto pads = reader->attributes.find("pads");
  if (pads == reader->attributes.end()) return true;
  const std::vector<std::int64_t>& values = pads->second.ints;
  return std::all_of(values.begin(), values.end(), [](std::int64_t one) { return one == 0; });
}

}  // namespace

void import_max_pool(Operator& op) {
  const std::vector<std::string>& outputs = op.node().outputs;
  if (outputs.size() > 1 && op.graph().uses(outputs[1]) > 0) {
    throw NotMapped("the indices of the maxima are not supported");
  }
  pool(op, PoolKind::max);
}

void import_average_pool(Operator& op) { pool(op, PoolKind::average); }

void import_global_average_pool(Operator& op) {
  const NdTensor in = op.feature(0);
  op.make(op.nd().reduce(in, spatial_axes(in), true, [](bool height, bool width, bool channels) {
    return Mean{height, width, channels};
  }));
}

void import_global_max_pool(Operator& op) {
  const NdTensor in = op.feature(0);
  op.make(op.nd().reduce(in, spatial_axes(in), true, [](bool height, bool width, bool channels) {
    return Reduce{ReduceKind::max, height, width, channels};
  }));
}

void import_resize(Operator& op) {
  const NdTensor in = op.feature(0);
  const Dims dims = resized(op, in.dims);
  if (dims == in.dims) return op.fold(in, "its input: the size does not change");
  if (in.rank() != 4 && in.rank() != 3) image_axes(in.dims.size());
  const bool is_last = in.rank() == 4 && dims[1] != in.dims[1] && dims[3] == in.dims[3];
  const ImageAxes axes = is_last ? kNhwc : image_axes(in.dims.size());
  const NdTensor wanted{0, dims, in.order};
  const Shape size = NdGraph::image_shape(wanted, axes);
  if (size.channels != NdGraph::image_shape(in, axes).channels || dims[0] != in.dims[0]) {
    throw NotMapped("only height and width are resized");
  }
  const ResizeKind kind = resize_kind(op.text("mode", "nearest"));
  op.make(op.nd().image(in, axes, Resize{kind, size.height, size.width}));
}

void import_pad(Operator& op) {
  NdTensor in = op.feature(0);
  auto pads = paddings(op, in.dims.size());
  const bool is_none = std::all_of(pads.begin(), pads.end(), [](const auto& one) {
    return one == std::pair<std::int64_t, std::int64_t>{0, 0};
  });
  if (is_none) return op.fold(in, "its input: padding of 0");
  const bool is_spatial =
      in.rank() == 4 && pads[0] == pads[1] && pads[0].first == 0 && pads[0].second == 0 &&
      std::all_of(pads.begin(), pads.end(),
                  [](const auto& one) { return one.first >= 0 && one.second >= 0; });
  if (is_spatial && becomes_padding_of_conv(op)) {
    const Padding padding{pads[2].first, pads[2].second, pads[3].first, pads[3].second};
    op.graph().set_padded(op.node().outputs.at(0), in, padding);
    return op.fold(in, "padding of the convolution");
  }
  in = cropped(op.nd(), in, pads);
  op.make(op.nd().pad(in, pads));
}

void import_depth_to_space(Operator& op) {
  op.make(op.nd().image(op.feature(0), kNchw, DepthToSpace{block_of(op)}));
}

void import_space_to_depth(Operator& op) {
  op.make(op.nd().image(op.feature(0), kNchw, SpaceToDepth{block_of(op)}));
}

}  // namespace h4h::workloads::onnx
