#include "sim/network/fold.hpp"

#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "sim/network/views.hpp"

namespace h4h::sim {

using workloads::Layer;
using workloads::LayerShape;
using workloads::Network;
using workloads::Rows;
using workloads::TensorId;

namespace {

Rows all_rows(const Network& network, TensorId id) {
  return {0, network.tensors.at(id).shape.height};
}

// Of a layer that runs whole.
LayerContext context_of(const Placement& placement, const Layer& layer) {
  LayerContext context;
  context.input = placement.layouts.at(layer.inputs.front());
  context.output = placement.layouts.at(layer.output);
  for (const TensorId id : layer.inputs) context.input_levels.push_back(placement.levels.at(id));
  context.output_level = placement.levels.at(layer.output);
  return context;
}

// How many of a layer's output rows need no more than `rows` of an input.
std::int64_t made_of(const LayerShape& shape, std::size_t input, std::int64_t rows) {
  std::int64_t enough = 0, many = shape.output.height + 1;
  while (many - enough > 1) {
    const std::int64_t middle = (enough + many) / 2;
    (workloads::input_rows(shape, input, {0, middle}).end <= rows ? enough : many) = middle;
  }
  return enough;
}

// Whether a tensor lies in both memories.
bool is_divided(const Network& network, const Placement& placement, TensorId id) {
  const std::int64_t rows = placement.sram_rows.at(id);
  return 0 < rows && rows < all_rows(network, id).end;
}

// The rows at which what a layer reads or makes goes on in the other memory; and its height.
std::set<std::int64_t> ends_of_stripes(const Network& network, const Placement& placement,
                                       const Layer& layer) {
  std::set<std::int64_t> ends{all_rows(network, layer.output).end};
  if (is_divided(network, placement, layer.output)) ends.insert(placement.sram_rows[layer.output]);
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    if (!is_divided(network, placement, layer.inputs[k])) continue;
    const LayerShape shape = workloads::layer_shape(network, layer);
    const std::int64_t rows = made_of(shape, k, placement.sram_rows[layer.inputs[k]]);
    if (rows > 0) ends.insert(rows);
  }
  return ends;
}

PlacedStripe placed(const Network& network, const Placement& placement, const Stripe& stripe) {
  const Layer& layer = network.layers[stripe.layer];
  LayerContext context = context_of(placement, layer);
  if (stripe.rows == all_rows(network, layer.output)) return {stripe, std::move(context)};
  const LayerShape shape = workloads::layer_shape(network, layer);
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    const Rows read = workloads::input_rows(shape, k, stripe.rows);
    context.input_levels[k] = placement.level(layer.inputs[k], read);
  }
  context.output_level = placement.level(layer.output, stripe.rows);
  return {stripe, std::move(context)};
}

}  // namespace

std::vector<PlacedStripe> placed_stripes(const platforms::Sram& sram, const Network& network,
                                         const std::vector<Cascade>& cascades, Spill by) {
  const Placement placement = place_with_spills(network, sram.size_bytes, cascades, by);
  std::vector<PlacedStripe> all;
  for (const Stripe& stripe : stripes_of(network, cascades)) {
    const Layer& layer = network.layers[stripe.layer];
    const bool whole = stripe.rows == all_rows(network, layer.output);
    if (!whole || by == Spill::tensors) {
      all.push_back(placed(network, placement, stripe));
      continue;
    }
    Rows rows;
    for (const std::int64_t end : ends_of_stripes(network, placement, layer)) {
      rows = {rows.end, end};
      all.push_back(placed(network, placement, {stripe.layer, rows}));
    }
  }
  return all;
}

namespace {

// The job of a layer that moves no data because its neighbours read and write at offsets: a view.
void make_view(LayerJob& job) {
  if (workloads::is_view(job.layer.op)) return;
  const workloads::Shape& output = job.layer.output;
  job.layer = {workloads::Reshape{output}, {output}, output, {}, {}};
  job.context.input_levels.resize(1);
}

}  // namespace

std::vector<StripeJob> unmapped_jobs(const platforms::Sram& sram, const Network& network,
                                     const std::vector<Cascade>& cascades, Spill by) {
  const Views views = views_of(network);
  std::vector<StripeJob> jobs;
  for (const auto& [stripe, context] : placed_stripes(sram, network, cascades, by)) {
    LayerShape shape = workloads::layer_shape(network, network.layers[stripe.layer]);
    if (stripe.rows.size() < shape.output.height) shape = workloads::rows_of(shape, stripe.rows);
    jobs.push_back({stripe, {std::move(shape), {}, context}});
    if (views.layers[stripe.layer]) make_view(jobs.back().job);
  }
  return jobs;
}

std::vector<StripeJob> stripe_jobs(const platforms::Hardware& hardware, const Network& network,
                                   const Mapping& mapping) {
  if (mapping.layers.size() != network.layers.size()) {
    throw std::invalid_argument("the mapping is of another network");
  }
  std::vector<StripeJob> jobs =
      unmapped_jobs(hardware.sram, network, mapping.cascades, mapping.spill);
  for (StripeJob& step : jobs) step.job.split = mapping.layers[step.stripe.layer];
  return jobs;
}

namespace {

// Calls `hear` with every stripe and its result.
template <typename Run, typename Hear>
void fold(const platforms::Hardware& hardware, const models::Devices& devices,
          const Network& network, const Mapping& mapping, Run run, Hear hear) {
  std::optional<JobResult> before;
  for (StripeJob& step : stripe_jobs(hardware, network, mapping)) {
    carry_over(devices, before ? &*before : nullptr, step.job);
    before = run(step.job);
    hear(step.stripe, *before);
  }
}

// Of each layer.
template <typename Run>
std::vector<JobResult> fold(const platforms::Hardware& hardware, const models::Devices& devices,
                            const Network& network, const Mapping& mapping, Run run) {
  std::vector<JobResult> results(network.layers.size());
  std::vector<bool> begun(results.size(), false);  // rows may be made again, the first ones, too
  fold(hardware, devices, network, mapping, run, [&](const Stripe& stripe, const JobResult& r) {
    if (begun[stripe.layer]) {
      results[stripe.layer] += r;
    } else {
      results[stripe.layer] = r;
      begun[stripe.layer] = true;
    }
  });
  return results;
}

}  // namespace

std::vector<JobResult> simulate_layers(LayerCosts& costs, const Network& network,
                                       const Mapping& mapping) {
  return fold(costs.hardware(), costs.devices(), network, mapping,
              [&](const LayerJob& job) { return costs.cost(job); });
}

std::vector<JobResult> model_layers(LayerCosts& costs, const Network& network,
                                    const Mapping& mapping) {
  return fold(costs.hardware(), costs.devices(), network, mapping,
              [&](const LayerJob& job) { return costs.modelled_cost(job); });
}

std::vector<JobResult> model_stripes(LayerCosts& costs, const Network& network,
                                     const Mapping& mapping) {
  std::vector<JobResult> results;
  fold(
      costs.hardware(), costs.devices(), network, mapping,
      [&](const LayerJob& job) { return costs.modelled_cost(job); },
      [&](const Stripe&, const JobResult& r) { results.push_back(r); });
  return results;
}

std::vector<JobResult> run_network(const platforms::Hardware& hardware, const Network& network,
                                   const Mapping& mapping, models::Recorder& recorder) {
  Session session(hardware);
  return fold(hardware, models::make_devices(hardware), network, mapping, [&](const LayerJob& job) {
    return session.run(std::vector<LayerJob>{job}, &recorder).front();
  });
}

}  // namespace h4h::sim
