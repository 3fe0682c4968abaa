#include "workloads/import/layer_list/reader.hpp"

#include <fmt/format.h>

namespace h4h::workloads {

Network listed_network(const std::string& id, const ListedShape& listed) {
  NetworkBuilder builder(id);
  const TensorId in = builder.input("input", {listed.height, listed.width, listed.in_channels});
  builder.output(builder.add(id, listed_op(listed, Activation::relu), {in}));
  return std::move(builder).build();
}

Network listed_network(const CsvRow& row) {
  Network network = listed_network(row.text("layer_id"), listed_shape(row));
  if (row.has("weight_bytes_encoded")) {
    network.layers.front().encoded_weight_bytes = row.positive("weight_bytes_encoded");
  }
  return network;
}

const std::vector<std::string>& layer_list_columns() {
  static const std::vector<std::string> columns{"layer_id", "op",   "H", "W",
                                                "Cin",      "Cout", "k", "stride"};
  return columns;
}

std::vector<ListedLayer> read_layer_list(const std::filesystem::path& path) {
  std::vector<ListedLayer> layers;
  try {
    layers = read_csv(path, layer_list_columns(), [](const CsvRow& row) {
      return ListedLayer{row.text("layer_id"), row.line(), listed_network(row)};
    });
  } catch (const CsvError& error) {
    throw NetworkError(error.what());
  }
  if (layers.empty()) throw NetworkError(fmt::format("{}: no layers", path.string()));
  return layers;
}

}  // namespace h4h::workloads
