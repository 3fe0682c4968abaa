#include "workloads/ir/layer_shape.hpp"

#include <fmt/format.h>

namespace h4h::workloads {

bool operator==(const LayerShape& a, const LayerShape& b) {
  return a.op == b.op && a.inputs == b.inputs && a.output == b.output &&
         a.encoded_weight_bytes == b.encoded_weight_bytes &&
         a.coded_weight_bytes == b.coded_weight_bytes;
}

std::string canonical_text(const LayerShape& layer) {
  std::string text = canonical_text(layer.op);
  for (const Shape& shape : layer.inputs) text += fmt::format(" {}", to_string(shape));
  text += fmt::format("->{}", to_string(layer.output));
  if (layer.encoded_weight_bytes) text += fmt::format(" w{}", *layer.encoded_weight_bytes);
  if (layer.coded_weight_bytes) text += fmt::format(" c{}", *layer.coded_weight_bytes);
  return text;
}

}  // namespace h4h::workloads
