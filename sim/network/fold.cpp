#include "sim/network/fold.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/network/views.hpp"

namespace h4h::sim {

using workloads::Layer;
using workloads::LayerShape;
using workloads::Network;
using workloads::TensorId;

std::vector<LayerContext> layer_contexts(const platforms::Sram& sram, const Network& network,
                                         const std::vector<Cascade>& cascades) {
  const Placement placement = place_with_spills(network, sram.size_bytes, cascades);
  std::vector<LayerContext> contexts;
  for (const Layer& layer : network.layers) {
    LayerContext context;
    context.input = placement.layouts.at(layer.inputs.front());
    context.output = placement.layouts.at(layer.output);
    for (const TensorId id : layer.inputs) context.input_levels.push_back(placement.levels.at(id));
    context.output_level = placement.levels.at(layer.output);
    contexts.push_back(std::move(context));
  }
  return contexts;
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

std::vector<StripeJob> stripe_jobs(const platforms::Hardware& hardware, const Network& network,
                                   const Mapping& mapping) {
  if (mapping.layers.size() != network.layers.size()) {
    throw std::invalid_argument("the mapping is of another network");
  }
  const std::vector<LayerContext> contexts =
      layer_contexts(hardware.sram, network, mapping.cascades);
  const Views views = views_of(network);
  std::vector<StripeJob> jobs;
  for (const Stripe& stripe : stripes_of(network, mapping.cascades)) {
    const std::size_t i = stripe.layer;
    LayerShape shape = workloads::layer_shape(network, network.layers[i]);
    if (stripe.rows.size() < shape.output.height) shape = workloads::rows_of(shape, stripe.rows);
    jobs.push_back({stripe, {std::move(shape), mapping.layers[i], contexts[i]}});
    if (views.layers[i]) make_view(jobs.back().job);
  }
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
  fold(hardware, devices, network, mapping, run, [&](const Stripe& stripe, const JobResult& r) {
    if (stripe.rows.begin == 0) {
      results[stripe.layer] = r;
    } else {
      results[stripe.layer] += r;
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
  return run_network(hardware, models::make_devices(hardware), network, mapping, recorder);
}

std::vector<JobResult> run_network(const platforms::Hardware& hardware,
                                   const models::Devices& devices, const Network& network,
                                   const Mapping& mapping, models::Recorder& recorder) {
  Session session(hardware, devices);
  return fold(hardware, devices, network, mapping, [&](const LayerJob& job) {
    return session.run(std::vector<LayerJob>{job}, &recorder).front();
  });
}

}  // namespace h4h::sim
