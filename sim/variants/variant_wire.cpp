#include "sim/variants/variant_wire.hpp"

#include <memory>
#include <variant>

#include "base/enum_values.hpp"
#include "platforms/description/keys.hpp"
#include "platforms/description/resolver.hpp"
#include "sim/job/wire_fields.hpp"

namespace h4h::sim {
namespace {

using platforms::MeasuredRow;
using platforms::MeasuredRows;
using platforms::PerClock;
using platforms::Value;
using workloads::Layer;
using workloads::Network;

// Each of these serves both ways, as in wire_fields.hpp.
constexpr auto kText = [](auto& f, auto& text) { f.text(text); };
constexpr auto kReal = [](auto& f, auto& real) { f.real(real); };
constexpr platforms::DeviceType kLastType = kEnumValues<platforms::DeviceType>.back();
constexpr auto kIndex = [](auto& f, auto& index) { f.index(index); };

template <typename F, typename T>
void variant_layer_fields(F& f, T& layer) {
  f.text(layer.name);
  op_fields(f, layer.op);
  f.list(layer.inputs, kIndex);
  f.index(layer.output);
  f.optional(layer.encoded_weight_bytes);
  f.optional(layer.coded_weight_bytes);
  f.optional(layer.file_index, kIndex);
  f.choice(layer.block, workloads::Block::head);
  f.optional(layer.weights_of, kIndex);
}

template <typename F, typename T>
void unsupported_fields(F& f, T& host) {
  f.index(host.index);
  f.text(host.op);
  f.text(host.reason);
  f.optional(host.macs);
  f.index(host.before);
  f.list(host.reads, kIndex);
  f.list(host.makes, kIndex);
}

template <typename F, typename T>
void network_fields(F& f, T& n) {
  f.text(n.name);
  f.list(n.tensors, [](F& each, auto& tensor) {
    each.text(tensor.name);
    shape(each, tensor.shape);
    each.choice(tensor.type, workloads::DataType::float32);
  });
  f.list(n.layers, [](F& each, auto& layer) { variant_layer_fields(each, layer); });
  f.list(n.inputs, kIndex);
  f.list(n.outputs, kIndex);
  f.list(n.folded, [](F& each, auto& folded) {
    each.index(folded.index);
    each.text(folded.op);
    each.text(folded.into);
  });
  f.list(n.unsupported, [](F& each, auto& host) { unsupported_fields(each, host); });
  f.list(n.remarks, kText);
  f.list(n.states, [](F& each, auto& state) {
    each.text(state.name);
    each.number(state.bytes);
  });
}

// Of damaged bytes, indices would lead out of the network.
void check(const Network& network) {
  const auto expect_tensors = [&](const std::vector<workloads::TensorId>& ids) {
    for (const workloads::TensorId id : ids) {
      if (id >= network.tensors.size()) throw WireError("a tensor that is not there");
    }
  };
  expect_tensors(network.inputs);
  expect_tensors(network.outputs);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    expect_tensors(layer.inputs);
    expect_tensors({layer.output});
    if (layer.weights_of && *layer.weights_of >= i) throw WireError("weights that are not there");
  }
  for (const workloads::Unsupported& host : network.unsupported) {
    expect_tensors(host.reads);
    expect_tensors(host.makes);
    if (host.before > network.layers.size()) throw WireError("a layer that is not there");
  }
}

template <typename F, typename T>
void row_fields(F& f, T& row) {
  using workloads::ListedShape;
  f.choice(row.shape.op, workloads::ListedOp::matmul);
  numbers(f, row.shape, &ListedShape::height, &ListedShape::width, &ListedShape::in_channels,
          &ListedShape::out_channels, &ListedShape::stride, &ListedShape::kernel,
          &ListedShape::groups, &ListedShape::dilation);
  f.flag(row.shape.valid);
}

void value_fields(Writer& f, const Value& value);
void value_fields(Reader& f, Value& value);

struct WriteValue {
  Writer& f;
  void operator()(std::int64_t number) const { f.number(number); }
  void operator()(double real) const { f.real(real); }
  void operator()(PerClock number) const { f.number(number.parts); }
  void operator()(const platforms::Choice& choice) const { f.text(choice.word); }
  void operator()(platforms::Unknown /*unknown*/) const {}
  void operator()(const MeasuredRows& rows) const {
    f.flag(rows != nullptr);
    if (rows) f.list(*rows, [](Writer& each, const MeasuredRow& row) { write(each, row); });
  }
  static void write(Writer& f, const MeasuredRow& row) {
    row_fields(f, row);
    const auto* cycles = std::get_if<PerClock>(&row.time);
    f.flag(cycles != nullptr);
    f.number(cycles != nullptr ? cycles->parts : std::get<std::int64_t>(row.time));
    f.optional(row.energy_fj);
  }
};

struct ReadValue {
  Reader& f;
  void operator()(std::int64_t& number) const { f.number(number); }
  void operator()(double& real) const { f.real(real); }
  void operator()(PerClock& number) const { f.number(number.parts); }
  void operator()(platforms::Choice& choice) const { f.text(choice.word); }
  void operator()(platforms::Unknown& /*unknown*/) const {}
  void operator()(MeasuredRows& rows) const {
    bool some = false;
    f.flag(some);
    if (!some) return;
    std::vector<MeasuredRow> all;
    f.list(all, [](Reader& each, MeasuredRow& row) { read(each, row); });
    rows = std::make_shared<const std::vector<MeasuredRow>>(std::move(all));
  }
  static void read(Reader& f, MeasuredRow& row) {
    row_fields(f, row);
    bool cycles = false;
    f.flag(cycles);
    std::int64_t number = 0;
    f.number(number);
    if (cycles) {
      row.time = PerClock{number};
    } else {
      row.time = number;
    }
    f.optional(row.energy_fj);
  }
};

template <std::size_t... I>
Value value_of_kind(std::size_t kind, std::index_sequence<I...> /*kinds*/) {
  Value value;
  ((kind == I ? static_cast<void>(value.emplace<I>()) : static_cast<void>(0)), ...);
  return value;
}

void value_fields(Writer& f, const Value& value) {
  f.index(value.index());
  std::visit(WriteValue{f}, value);
}

void value_fields(Reader& f, Value& value) {
  constexpr std::size_t kKinds = std::variant_size_v<Value>;
  const auto kind = static_cast<std::size_t>(f.number_below(kKinds));
  value = value_of_kind(kind, std::make_index_sequence<kKinds>());
  std::visit(ReadValue{f}, value);
}

template <typename F, typename T>
void limits_fields(F& f, T& limits) {
  f.optional(limits.latency_s, kReal);
  f.optional(limits.energy_j, kReal);
}

template <typename F, typename T>
void wanted_fields(F& f, T& wanted) {
  f.choice(wanted.strategy, Strategy::automatic);
  f.choice(wanted.goal.objective, Objective::edp);
  f.optional(wanted.goal.limit, kReal);
  f.choice(wanted.effort, Effort::full);
  f.optional(wanted.fps, kReal);
  limits_fields(f, wanted.limits);
}

template <typename F, typename T>
void task_fields(F& f, T& task) {
  f.list(task.networks.networks, [](F& each, auto& network) { network_fields(each, network); });
  wanted_fields(f, task.networks.wanted);
  f.optional(task.networks.mapping_file, kText);
  f.text(task.networks.mapping_text);
  f.text(task.machine);
  f.flag(task.keep);
}

void bound_fields(Writer& f, const Bound& bound) { f.text(std::string(bound.name())); }
void bound_fields(Reader& f, Bound& bound) {
  std::string name;
  f.text(name);
  for (const auto part : {Bound::none, Bound::noc, Bound::weights, Bound::memory}) {
    if (Bound(part).name() == name) bound = part;
  }
  if (bound.name() != name) bound = Bound(name);
}

void listed_joules(Writer& f, const models::Energy& energy, std::size_t devices) {
  const std::vector<double>& joules = energy.of_listed();
  for (std::size_t i = 0; i < devices; ++i) f.real(i < joules.size() ? joules[i] : 0.0);
}

void listed_joules(Reader& f, models::Energy& energy, std::size_t devices) {
  for (std::size_t i = 0; i < devices; ++i) {
    double joules = 0;
    f.real(joules);
    energy.add_of_listed(i, joules);
  }
}

template <typename F, typename T>
void point_fields(F& f, T& p) {
  f.optional(p.infeasible, kText);
  f.real(p.latency_s);
  f.real(p.energy_j);
  f.optional(p.area_mm2, kReal);
  f.optional(p.average_w, kReal);
  for (const models::Part part : models::kParts) f.real(p.energy_parts_j[part]);
  f.list(p.listed_devices, kText);
  listed_joules(f, p.energy_parts_j, p.listed_devices.size());
  f.real(p.cim_share);
  numbers(f, p, &VariantPoint::macs, &VariantPoint::cycles, &VariantPoint::noc_bytes,
          &VariantPoint::spilled_bytes, &VariantPoint::peak_activation_bytes,
          &VariantPoint::macros_in_use, &VariantPoint::units_in_use);
  f.text(p.mapping);
  f.list(p.layers, [](F& each, auto& layer) {
    each.text(layer.name);
    each.text(layer.op);
    each.real(layer.latency_s);
    each.real(layer.energy_j);
    each.real(layer.npu_share);
    bound_fields(each, layer.bound);
  });
}

// Results come in runs of one hardware, whose text is longer than they are.
void results_fields(Writer& f, const std::vector<StoredResult>& results) {
  std::string hardware;
  f.list(results, [&](Writer& each, const StoredResult& result) {
    const bool same = result.hardware == hardware;
    each.flag(same);
    if (!same) each.text(hardware = result.hardware);
    each.text(result.job);
    each.text(encode(result.result));
  });
}

void results_fields(Reader& f, std::vector<StoredResult>& results) {
  std::string hardware;
  f.list(results, [&](Reader& each, StoredResult& result) {
    bool same = false;
    each.flag(same);
    if (!same) each.text(hardware);
    result.hardware = hardware;
    each.text(result.job);
    std::string bytes;
    each.text(bytes);
    result.result = decode_result(bytes);
  });
}

}  // namespace

std::string encode(const VariantTask& task) {
  Writer f;
  task_fields(f, task);
  f.optional(task.store, [](Writer& each, const auto& file) { each.text(file.string()); });
  return f.take();
}

VariantTask decode_task(std::string_view bytes) {
  Reader f(bytes);
  VariantTask task;
  task_fields(f, task);
  f.optional(task.store, [](Reader& each, auto& file) {
    std::string name;
    each.text(name);
    file = name;
  });
  f.finish();
  for (const Network& network : task.networks.networks) check(network);
  return task;
}

namespace {

void device_fields(Writer& f, const platforms::NamedDevice& device) {
  f.text(device.name);
  f.choice(platforms::type_of(device.description), kLastType);
}

void device_fields(Reader& f, platforms::NamedDevice& device) {
  f.text(device.name);
  platforms::DeviceType type{};
  f.choice(type, kLastType);
  device.description = platforms::description_of(type);
}

}  // namespace

std::string encode(const platforms::Platform& platform) {
  Writer f;
  f.text(platform.name);
  f.list(platform.hardware.more,
         [](Writer& each, const auto& device) { device_fields(each, device); });
  f.list(platform.settings,
         [](Writer& each, const platforms::Setting& s) { value_fields(each, s.parsed); });
  return f.take();
}

platforms::Platform decode_platform(std::string_view bytes) {
  Reader f(bytes);
  std::string name;
  f.text(name);
  std::vector<platforms::NamedDevice> devices;
  f.list(devices, [](Reader& each, auto& device) { device_fields(each, device); });
  std::vector<Value> values;
  f.list(values, [](Reader& each, Value& value) { value_fields(each, value); });
  f.finish();
  platforms::Resolver resolver(name, devices);
  const platforms::KeyList& keys = resolver.keys();
  if (values.size() != keys.size()) throw WireError("a platform has other keys");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    platforms::Setting setting;
    setting.key = keys[i].path;
    setting.origin.file = "a platform sent by another process";
    setting.parsed = std::move(values[i]);
    resolver.take(keys[i], std::move(setting));
  }
  return resolver.finish();
}

std::string encode(const VariantAsk& ask) {
  Writer f;
  f.text(ask.platform);
  f.index(ask.network);
  return f.take();
}

VariantAsk decode_variant(std::string_view bytes) {
  Reader f(bytes);
  VariantAsk ask;
  f.text(ask.platform);
  f.index(ask.network);
  f.finish();
  return ask;
}

std::string encode(const VariantNews& news) {
  Writer f;
  results_fields(f, news.results);
  VariantPoint copy = news.point.value_or(VariantPoint{});  // energies hand out references
  f.flag(news.point.has_value());
  if (news.point) point_fields(f, copy);
  return f.take();
}

VariantNews decode_news(std::string_view bytes) {
  Reader f(bytes);
  VariantNews news;
  results_fields(f, news.results);
  f.optional(news.point, [](Reader& each, VariantPoint& point) { point_fields(each, point); });
  f.finish();
  return news;
}

}  // namespace h4h::sim
