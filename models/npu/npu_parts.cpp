#include "models/npu/npu_parts.hpp"

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

// Appends the parts of an operator.
struct PartsOf {
  const LayerShape& layer;

  Parts operator()(const workloads::Conv2d& op) const {
    workloads::Conv2d one = op;
    one.groups = 1;
    one.out_channels = op.out_channels / op.groups;
    Shape in = layer.input();
    in.channels /= op.groups;
    return {static_cast<std::size_t>(op.groups), {layer_of(one, {in}), false}};
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
    return {{LayerShape{conv, {in}, layer.output, {}, {}}, false}};
  }

  // Of a step. The gates are input, forget, cell and output.
  Parts operator()(const workloads::Lstm& op) const {
    const Shape pixel{1, 1, layer.input().channels}, state{1, 1, op.units};
    const workloads::Linear gate{op.units, Activation::none};
    Parts parts;
    for (const Activation function :
         {Activation::logistic, Activation::logistic, Activation::tanh, Activation::logistic}) {
      parts.push_back({layer_of(gate, {pixel}), false});
      parts.push_back({layer_of(gate, {state}), false});
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
    Parts parts{{layer_of(workloads::Linear{filters, Activation::none}, {pixel}), false},
                {LayerShape{in_time, {{1, op.memory, filters}}, {1, 1, filters}, {}, {}}, true}};
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

void append(NpuPlan& plan, NpuPlan part, bool waits) {
  part.steps.front().after_output = part.steps.front().after_output || waits;
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
  for (NpuPart& part : parts) share_sizes(part.layer, layer);
  return parts;
}

bool is_single_part(const workloads::Op& op) {
  return std::holds_alternative<workloads::TransposeConv2d>(op);
}

std::int64_t encoded_bytes_of_parts(const LayerShape& layer) {
  std::int64_t bytes = 0;
  for (const NpuPart& part : parts_of(layer)) bytes += encoded_weight_bytes(part.layer);
  return bytes;
}

NpuPlan plan_parts(const NpuConfig& config, const LayerShape& layer, Layout input, Layout output,
                   const NpuMemories& memories, const WeightsAhead& ahead) {
  const Parts parts = parts_of(layer);
  if (is_single_part(layer.op)) {
    NpuPlan plan = plan_npu(config, parts.front().layer, input, output, memories, ahead);
    plan.macs = workloads::macs(layer);
    read_pixels_only(plan, layer);
    return plan;
  }
  NpuPlan one;
  for (const NpuPart& part : parts) {
    const NpuPlan plan =
        plan_npu(config, part.layer, input, output, memories, {false, 0, CopyRule::stream});
    if (one.steps.empty())
      one = plan;
    else
      append(one, plan, part.waits);
    check_plan_size(static_cast<double>(one.steps.size()) * static_cast<double>(steps_of(layer)));
  }
  NpuPlan plan = one;
  for (std::int64_t step = 1; step < steps_of(layer); ++step) append(plan, one, true);
  plan.macs = workloads::macs(layer);
  return plan;
}

}  // namespace h4h::models
