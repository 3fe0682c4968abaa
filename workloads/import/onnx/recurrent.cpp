#include <fmt/format.h>

#include "workloads/import/onnx/operators.hpp"

// Recurrent layers.
namespace h4h::workloads::onnx {

// Sequence [steps, batch, features]; weights [directions, 4 units, features]. Outputs: every step
// [steps, directions, batch, units], the last one [directions, batch, units].
void import_lstm(Operator& op) {
  const NdTensor in = op.feature(0);
  const Dims weights = op.constant(1).dims, recurrent = op.constant(2).dims;
  const std::int64_t units = op.integer("hidden_size", 0);
  if (in.rank() != 3 || weights.size() != 3 || recurrent.size() != 3 || in.dims[1] != 1 ||
      op.integer("layout", 0) != 0) {
    throw NotMapped(
        fmt::format("an input of {}; supported: steps x 1 x features", dims_text(in.dims)));
  }
  const std::int64_t directions = weights[0], steps = in.dims[0], features = in.dims[2];
  if (directions < 1 || directions > 2 || weights[1] != 4 * units || weights[2] != features ||
      recurrent[2] != units) {
    throw NotMapped(fmt::format("weights {} do not fit {} features and {} units",
                                dims_text(weights), features, units));
  }
  if (op.has(7)) throw NotMapped("peepholes are not supported");
  NdGraph& nd = op.nd();
  std::vector<ConcatPart> parts;
  for (std::int64_t i = 0; i < directions; ++i) {
    const NdTensor made =
        nd.apply(Lstm{units}, {{in, Shape{1, steps, features}}}, {steps, 1, 1, units});
    parts.push_back(ConcatPart::of(made));
  }
  const NdTensor all = parts.size() == 1 ? *parts.front().tensor : nd.concat(parts, 1);
  const NdTensor last =
      nd.renamed(nd.slice(all, {{steps - 1, 1, 1}, {0, directions, 1}, {0, 1, 1}, {0, units, 1}}),
                 {directions, 1, units});
  const std::vector<std::string>& outputs = op.node().outputs;
  if (outputs.size() > 2 && op.graph().uses(outputs[2]) > 0) {
    throw NotMapped("the last cell state is not supported");
  }
  const bool is_last_read = outputs.size() > 1 && op.graph().uses(outputs[1]) > 0;
  op.make(is_last_read ? std::vector<NdTensor>{all, last} : std::vector<NdTensor>{all});
}

}  // namespace h4h::workloads::onnx
