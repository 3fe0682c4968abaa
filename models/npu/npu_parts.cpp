#include "models/npu/npu_parts.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "models/device/plan_size.hpp"
#include "models/time/picoseconds.hpp"

namespace h4h::models {
namespace {

using workloads::Activation;
using workloads::ElementwiseKind;
using workloads::LayerShape;
using workloads::Shape;
using Parts = std::vector<NpuPart>;

LayerShape layer_of(const workloads::Op& op, const std::vector<Shape>& inputs) {
  return {op, inputs, workloads::output_shape(op, inputs), {}, {}};
}

// The part of a measured size that falls to `weights` of all.
void share_sizes(LayerShape& part, const LayerShape& whole) {
  const std::int64_t weights = workloads::weight_bytes(part), all = workloads::weight_bytes(whole);
  for (const auto member : {&LayerShape::encoded_weight_bytes, &LayerShape::coded_weight_bytes}) {
    if (whole.*member) {
      part.*member = static_cast<std::int64_t>(Wide{*(whole.*member)} * weights / all);
    }
  }
}

Shape stuffed(const LayerShape& layer) {
  const auto& op = std::get<workloads::TransposeConv2d>(layer.op);
  const Shape& in = layer.input();
  return {in.height * op.window.stride_height, in.width * op.window.stride_width, in.channels};
}

// Zeros between the taps of a kernel, which is then one of dilation 2 where that is possible.
void spread(std::int64_t& taps, std::int64_t& dilation) {
  if (dilation <= 2) return;
  const std::int64_t native = dilation % 2 == 0 ? 2 : 1;
  taps = (taps - 1) * (dilation / native) + 1;
  dilation = native;
}

// A convolution whose taps lie further apart than the hardware steps. A measured size of weights
// has the zeros between them. Assumption: they take a bit each, where it is not measured.
template <typename Convolution>
LayerShape with_zeros(Convolution conv, const LayerShape& layer) {
  spread(conv.window.kernel_height, conv.window.dilation_height);
  spread(conv.window.kernel_width, conv.window.dilation_width);
  LayerShape whole{conv, layer.inputs, layer.output, layer.encoded_weight_bytes, {}};
  const std::int64_t raw = workloads::weight_bytes(layer);
  const std::int64_t zeros = workloads::weight_bytes(whole) - raw;
  whole.coded_weight_bytes = layer.coded_weight_bytes.value_or(raw) + ceil_div(zeros, 8);
  return whole;
}

LayerShape copy_of(const Shape& map) {
  return layer_of(workloads::Slice{{0, 0, 0}, map, {1, 1, 1}}, {map});
}

// By how much a resize is larger along both axes; 0 where they differ or are no power of two.
std::int64_t doublings(const LayerShape& layer) {
  std::int64_t times = 0;
  Shape map = layer.input();
  for (; map.height < layer.output.height; ++times) {
    map.height *= 2;
    map.width *= 2;
  }
  return map == layer.output ? times : 0;
}

// Appends the parts of an operator.
struct PartsOf {
  const LayerShape& layer;

  Parts operator()(const workloads::Conv2d& op) const {
    if (op.groups == 1) return {{with_zeros(op, layer), true}};
    workloads::Conv2d one = op;
    one.groups = 1;
    one.activation = Activation::none;
    one.out_channels = op.out_channels / op.groups;
    Shape in = layer.input();
    in.channels /= op.groups;
    const bool fused = op.activation == Activation::none;
    Parts parts(static_cast<std::size_t>(op.groups), {layer_of(one, {in}), true, false, fused});
    if (!fused) parts.push_back({copy_of(layer.output)});  // as costly as the activation
    return parts;
  }

  Parts operator()(const workloads::DepthwiseConv2d& op) const {
    return {{with_zeros(op, layer), true}};
  }

  Parts operator()(const workloads::Concat& /*op*/) const {
    Parts parts;
    for (const Shape& in : layer.inputs) parts.push_back({copy_of(in), true, false, true});
    return parts;
  }

  // Above and below as wide as the input, beside it as high as the output.
  Parts operator()(const workloads::Pad& op) const {
    const Shape& in = layer.input();
    const Shape& out = layer.output;
    const workloads::Padding& p = op.padding;
    Parts parts{{copy_of(in), true, false, true}};
    for (const Shape& side :
         {Shape{p.top, in.width, in.channels}, Shape{p.bottom, in.width, in.channels},
          Shape{out.height, p.left, in.channels}, Shape{out.height, p.right, in.channels},
          Shape{out.height, out.width, op.channels_before},
          Shape{out.height, out.width, op.channels_after}}) {
      if (side.elements() > 0) parts.push_back({copy_of(side), false, true, true});
    }
    return parts;
  }

  Parts operator()(const workloads::Resize& op) const {
    if (layer.input().pixels() == 1) {
      return {{LayerShape{workloads::Elementwise{}, layer.inputs, layer.output, {}, {}}, true}};
    }
    Parts parts;
    Shape map = layer.input();
    while (map != layer.output) {
      Shape twice{2 * map.height, 2 * map.width, map.channels};
      const bool last = twice == layer.output;
      const auto kind = last ? op.kind : workloads::ResizeKind::nearest;
      parts.push_back(
          {layer_of(workloads::Resize{kind, twice.height, twice.width}, {map}), parts.empty()});
      map = twice;
    }
    if (op.kind == workloads::ResizeKind::bilinear) {  // its rule has the four taps of two passes
      parts.back().pooling = layer.output.pixels() / layer.input().pixels() / 4;
    }
    return parts;
  }

  // The window's start moves by its padding; what is missing at the end is padding, too.
  Parts operator()(const workloads::TransposeConv2d& op) const {
    workloads::Conv2d conv;
    conv.out_channels = op.out_channels;
    conv.activation = op.activation;
    conv.window = op.window;
    conv.window.stride_height = conv.window.stride_width = 1;
    const Shape in = stuffed(layer);
    workloads::Padding& p = conv.window.padding;
    p.top = op.window.extent_height() - 1 - op.window.padding.top;
    p.left = op.window.extent_width() - 1 - op.window.padding.left;
    p.bottom = op.height + op.window.extent_height() - 1 - in.height - p.top;
    p.right = op.width + op.window.extent_width() - 1 - in.width - p.left;
    return {{LayerShape{conv, {in}, layer.output, {}, {}}, true}};
  }

  // Vela 5.1.0 folds the rows into height and width that are as near to each other as they can be.
  Parts operator()(const workloads::Linear& op) const {
    const Shape& in = layer.input();
    std::int64_t height = 1;
    for (std::int64_t h = 1; h * h <= in.pixels(); ++h) {
      if (in.pixels() % h == 0) height = h;
    }
    const Shape folded{height, in.pixels() / height, in.channels};
    return {{layer_of(workloads::Conv2d{op.out_features, {}, op.activation}, {folded}), true}};
  }

  // Of a step. The gates are input, forget, cell and output.
  Parts operator()(const workloads::Lstm& op) const {
    const Shape pixel{1, 1, layer.input().channels}, state{1, 1, op.units};
    const workloads::Linear gate{op.units, Activation::none};
    Parts parts;
    for (const Activation function :
         {Activation::logistic, Activation::logistic, Activation::tanh, Activation::logistic}) {
      parts.push_back({layer_of(gate, {pixel}), true});
      parts.push_back({layer_of(gate, {state}), true});
      parts.push_back(
          {layer_of(workloads::Elementwise{ElementwiseKind::add, function}, {state, state})});
    }
    const workloads::Elementwise product{ElementwiseKind::mul, Activation::none};
    parts.push_back({layer_of(product, {state, state})});
    parts.push_back({layer_of(product, {state, state})});
    parts.push_back({layer_of(workloads::Elementwise{}, {state, state})});
    parts.push_back({layer_of(workloads::Activate{Activation::tanh}, {state})});
    parts.push_back({layer_of(product, {state, state})});
    return parts;
  }

  Parts operator()(const workloads::Svdf& op) const {
    const Shape pixel{1, 1, layer.input().channels};
    const std::int64_t filters = op.rank * op.units;
    workloads::DepthwiseConv2d in_time;
    in_time.window.kernel_width = op.memory;
    Parts parts{{layer_of(workloads::Linear{filters, Activation::none}, {pixel}), true},
                {LayerShape{in_time, {{1, op.memory, filters}}, {1, 1, filters}, {}, {}}}};
    const Shape units{1, 1, op.units};
    for (std::int64_t i = 1; i < op.rank; ++i) {
      parts.push_back({layer_of(workloads::Elementwise{}, {units, units})});
    }
    parts.push_back({layer_of(workloads::Activate{op.activation}, {units})});
    return parts;
  }

  template <typename Other>
  Parts operator()(const Other&) const {
    return {};
  }
};

// How often the parts run.
std::int64_t steps_of(const LayerShape& layer) {
  const bool recurs = std::holds_alternative<workloads::Lstm>(layer.op) ||
                      std::holds_alternative<workloads::Svdf>(layer.op);
  return recurs ? layer.input().pixels() : 1;
}

// Of a map between two parts.
Layout between(const Shape& map) {
  return map.channels % kNhcwb16Channels == 0 ? Layout::nhcwb16 : Layout::nhwc;
}

// A constant comes from the weight memory, read like a feature map: in bursts cut short where its
// runs are (both estimators of Vela 5.1.0).
void read_constant(NpuPlan& plan, const NpuMemories& memories) {
  for (NpuStep& step : plan.steps) {
    step.weight_bytes =
        memories.weights.derated(std::exchange(step.input_bytes, 0), plan.input_run);
  }
}

// Regor of Vela 5.1.0 charges a pass without a fused activation a cycle an element at least.
void charge_as_unfused(NpuPlan& plan) {
  for (NpuStep& step : plan.steps) {
    step.output_cycles = std::max(step.output_cycles, step.output_bytes);
  }
}

// Slices of weights, where there are any, are of all parts; one without weights goes with the last.
void append_slices(NpuPlan& plan, const NpuPlan& part) {
  if (part.slices.empty() && !plan.slices.empty()) {
    plan.slices.back().steps += part.steps.size();
  }
  plan.slices.insert(plan.slices.end(), part.slices.begin(), part.slices.end());
}

// Parts run one after the other, as layers do.
void append(NpuPlan& plan, NpuPlan part) {
  if (plan.steps.empty()) {
    plan = std::move(part);
    return;
  }
  append_slices(plan, part);
  plan.scales_apart = plan.scales_apart || part.scales_apart;
  part.steps.front().after_output = true;
  plan.steps.insert(plan.steps.end(), part.steps.begin(), part.steps.end());
  plan.output_run = part.output_run;
}

// Only pixels are read, not the zeros between them.
void read_pixels_only(NpuPlan& plan, const LayerShape& layer) {
  const std::int64_t all = stuffed(layer).pixels(), real = layer.input().pixels();
  for (NpuStep& step : plan.steps) {
    step.input_bytes = ceil_div(step.input_bytes * real, all);
  }
}

}  // namespace

std::vector<NpuPart> parts_of(const LayerShape& layer) {
  Parts parts = std::visit(PartsOf{layer}, layer.op);
  for (NpuPart& part : parts) {
    if (!part.layer.coded_weight_bytes) share_sizes(part.layer, layer);
  }
  return parts;
}

bool is_single_part(const LayerShape& layer) {
  if (npu_rule(layer.op).lowering != NpuLowering::parts) return false;
  if (const auto* conv = std::get_if<workloads::Conv2d>(&layer.op)) return conv->groups == 1;
  return std::holds_alternative<workloads::TransposeConv2d>(layer.op) ||
         std::holds_alternative<workloads::DepthwiseConv2d>(layer.op) ||
         std::holds_alternative<workloads::Linear>(layer.op);
}

bool is_resize_in_parts(const LayerShape& layer) {
  return layer.input().pixels() == 1 || doublings(layer) > 1;
}

std::int64_t encoded_bytes_of_parts(const LayerShape& layer) {
  std::int64_t bytes = 0;
  for (const NpuPart& part : parts_of(layer)) bytes += encoded_weight_bytes(part.layer);
  return bytes;
}

namespace {

// A layer that is one other layer.
NpuPlan plan_single_part(const NpuConfig& config, const LayerShape& layer, Layout input,
                         Layout output, const NpuMemories& memories, const WeightsAhead& ahead) {
  LayerShape part = parts_of(layer).front().layer;
  const bool rows = config.is_u85() && std::holds_alternative<workloads::Linear>(layer.op);
  if (rows) part.op = layer.op;  // a vector product of several rows
  NpuPlan plan = rows ? plan_blocks(config, part, input, output, memories, ahead)
                      : plan_npu(config, part, input, output, memories, ahead);
  plan.macs = workloads::macs(layer);
  if (std::holds_alternative<workloads::TransposeConv2d>(layer.op)) read_pixels_only(plan, layer);
  return plan;
}

}  // namespace

NpuPlan plan_parts(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                   const NpuMemories& memories, const WeightsAhead& ahead) {
  if (is_single_part(layer)) {
    return plan_single_part(config, layer, input, output, memories, ahead);
  }
  const Parts parts = parts_of(layer);
  const bool grouped = std::holds_alternative<workloads::Conv2d>(layer.op);
  const WeightsAhead streams{false, 0, CopyRule::stream};
  NpuPlan one;
  for (const NpuPart& part : parts) {
    const bool last = &part == &parts.back() || part.writes_output;
    NpuPlan plan =
        plan_npu(config, part.layer, part.reads_input ? input : between(part.layer.input()),
                 last ? output : between(part.layer.output), memories, grouped ? ahead : streams);
    if (grouped) charge_as_unfused(plan);
    if (part.constant) read_constant(plan, memories);
    for (NpuStep& step : plan.steps) step.mac_cycles *= part.pooling;
    append(one, plan);
    check_plan_size(static_cast<double>(one.steps.size()) * static_cast<double>(steps_of(layer)));
  }
  NpuPlan plan = one;
  for (std::int64_t step = 1; step < steps_of(layer); ++step) append(plan, one);
  plan.macs = workloads::macs(layer);
  return plan;
}

}  // namespace h4h::models
