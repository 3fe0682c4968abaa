#include "sim/network/fold.hpp"

#include <stdexcept>

#include "sim/network/views.hpp"

namespace h4h::sim {

using workloads::Layer;
using workloads::Network;
using workloads::TensorId;

std::vector<LayerContext> layer_contexts(const platforms::Sram& sram, const Network& network) {
  const Placement placement = place_with_spills(network, sram.size_bytes);
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

std::vector<LayerJob> layer_jobs(const platforms::Hardware& hardware, const Network& network,
                                 const Mapping& mapping) {
  if (mapping.layers.size() != network.layers.size()) {
    throw std::invalid_argument("the mapping is of another network");
  }
  const std::vector<LayerContext> contexts = layer_contexts(hardware.sram, network);
  const Views views = views_of(network);
  std::vector<LayerJob> jobs;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    jobs.push_back(
        {workloads::layer_shape(network, network.layers[i]), mapping.layers[i], contexts[i]});
    if (views.layers[i]) make_view(jobs.back());
  }
  return jobs;
}

namespace {

template <typename Run>
std::vector<JobResult> fold(const platforms::Hardware& hardware, const models::Devices& devices,
                            const Network& network, const Mapping& mapping, Run run) {
  std::vector<JobResult> results;
  for (LayerJob& job : layer_jobs(hardware, network, mapping)) {
    carry_over(devices, results.empty() ? nullptr : &results.back(), job);
    results.push_back(run(job));
  }
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
