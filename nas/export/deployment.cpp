#include "nas/export/deployment.hpp"

#include "nas/export/constants.hpp"
#include "nas/export/run_graph.hpp"

namespace h4h::nas {
namespace {

torch::Tensor fitted(const Graph& graph, const torch::Tensor& images) {
  const auto [height, width, channels] = graph.values.at(graph.input).sizes;
  return resized(images, {height, width, channels});
}

}  // namespace

Deployment deploy(const workloads::Network& network, const Supernet& supernet,
                  const Batches<torch::Tensor>& calibration) {
  Deployment made;
  made.graph = lowered(network, inference_constants(network, supernet.extract(network),
                                                    supernet.calibrate(network, calibration)));
  std::vector<ValueRange> ranges(made.graph.values.size());
  const GraphRunner runner(made.graph);
  for (const torch::Tensor& images : calibration) runner.run(fitted(made.graph, images), ranges);
  made.values = quantized_values(made.graph, ranges);
  return made;
}

std::vector<bool> classified_right(const Deployment& deployment, Precision precision,
                                   const Batches<Labelled>& images) {
  const bool integers = precision == Precision::int8;
  const Graph graph =
      integers ? with_quantized_constants(deployment.graph, deployment.values) : deployment.graph;
  const GraphRunner runner(graph);
  std::vector<bool> right;
  for (const Labelled& batch : images) {
    const torch::Tensor in = fitted(graph, batch.images);
    const torch::Tensor logits = integers ? runner.run(in, deployment.values) : runner.run(in);
    const torch::Tensor equal = (logits.argmax(1) == batch.labels).contiguous();
    right.insert(right.end(), equal.data_ptr<bool>(), equal.data_ptr<bool>() + equal.numel());
  }
  return right;
}

}  // namespace h4h::nas
