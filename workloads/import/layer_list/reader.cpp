#include "workloads/import/layer_list/reader.hpp"

#include <fmt/format.h>

#include "workloads/ir/same_padding.hpp"

namespace h4h::workloads {
namespace {

void require(const CsvRow& row, const std::string& op, const char* column, std::int64_t value) {
  if (row.positive(column) != value) {
    throw NetworkError(fmt::format("{} has {} = {}, not {}", op, column, value, row.text(column)));
  }
}

Op operator_of(const CsvRow& row, const Shape& input) {
  const std::string& op = row.text("op");
  const std::int64_t out = row.positive("Cout");
  const auto window = [&](std::int64_t kernel) {
    require(row, op, "k", kernel);
    return same_window(input, kernel, row.positive("stride"));
  };
  if (op == "conv3x3") return Conv2d{out, window(3), Activation::relu};
  if (op == "pw1x1") return Conv2d{out, window(1), Activation::relu};
  if (op == "dw3x3") {
    if (out % input.channels != 0) {
      throw NetworkError(
          fmt::format("dw3x3: Cout {} is no multiple of Cin {}", out, input.channels));
    }
    return DepthwiseConv2d{out / input.channels, window(3), Activation::relu};
  }
  if (op == "fc") {
    for (const char* column : {"H", "W", "k", "stride"}) require(row, op, column, 1);
    return Linear{out, Activation::relu};
  }
  throw NetworkError(fmt::format("op '{}' is not conv3x3, dw3x3, pw1x1 or fc", op));
}

}  // namespace

Network listed_network(const CsvRow& row) {
  const std::string& id = row.text("layer_id");
  NetworkBuilder builder(id);
  const Shape input{row.positive("H"), row.positive("W"), row.positive("Cin")};
  const TensorId in = builder.input("input", input);
  builder.output(builder.add(id, operator_of(row, input), {in}));
  Network network = std::move(builder).build();
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
    const CsvTable table(path, layer_list_columns());
    for (const CsvRow& row : table.rows) {
      try {
        layers.push_back({row.text("layer_id"), row.line(), listed_network(row)});
      } catch (const std::runtime_error& error) {
        throw NetworkError(fmt::format("{}:{}: {}", path.string(), row.line(), error.what()));
      }
    }
  } catch (const CsvError& error) {
    throw NetworkError(error.what());
  }
  if (layers.empty()) throw NetworkError(fmt::format("{}: no layers", path.string()));
  return layers;
}

}  // namespace h4h::workloads
