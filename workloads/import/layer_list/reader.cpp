#include "workloads/import/layer_list/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace h4h::workloads {
namespace {

using Columns = std::vector<std::string>;

const Columns kProductColumns{"M", "N", "K"};
// Of the layer lists of SCALE-Sim: a convolution a row, its padding part of the input.
const Columns kScaleSimColumns{"IFMAP Height", "IFMAP Width", "Filter Height", "Filter Width",
                               "Channels",     "Num Filter",  "Strides"};

bool has_all(const CsvRow::Columns& columns, const Columns& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& name) { return columns.count(name) > 0; });
}

// The column of the layers' names, as this program and SCALE-Sim call it.
std::string id_column(const CsvRow::Columns& columns) {
  for (const char* name : {"layer_id", "Layer", "Layer name"}) {
    if (columns.count(name) > 0) return name;
  }
  throw CsvError(fmt::format("column 'layer_id' is missing; required: {}, or layer_id,M,N,K",
                             fmt::join(layer_list_columns(), ",")));
}

void check_columns(const CsvRow::Columns& columns) {
  id_column(columns);
  if (has_all(columns, kProductColumns) || has_all(columns, kScaleSimColumns)) return;
  for (const std::string& name : layer_list_columns()) {
    if (columns.count(name) > 0) continue;
    throw CsvError(fmt::format("column '{}' is missing; required: {}, or layer_id,M,N,K", name,
                               fmt::join(layer_list_columns(), ",")));
  }
}

ListedShape scale_sim_shape(const CsvRow& row) {
  const std::int64_t kernel = row.positive("Filter Height");
  if (row.positive("Filter Width") != kernel) {
    throw CsvError(fmt::format("filters are square; Filter Width must be {}, not {}", kernel,
                               row.text("Filter Width")));
  }
  return listed_convolution(
      {row.positive("IFMAP Height"), row.positive("IFMAP Width"), row.positive("Channels")},
      row.positive("Num Filter"), kernel, row.positive("Strides"));
}

Network network_of(const CsvRow& row, const std::string& id, const ListedShape& listed) {
  Network network = listed_network(id, listed);
  if (row.has("weight_bytes_encoded")) {
    network.layers.front().encoded_weight_bytes = row.positive("weight_bytes_encoded");
  }
  return network;
}

Network network_of(const CsvRow& row, const CsvRow::Columns& columns) {
  const bool scale_sim = columns.count("op") == 0 && has_all(columns, kScaleSimColumns);
  return network_of(row, row.text(id_column(columns)),
                    scale_sim ? scale_sim_shape(row) : listed_shape(row));
}

std::vector<ListedLayer> layers_of(const std::filesystem::path& path) {
  Problems problems;
  const CsvTable table(path, {}, problems);
  try {
    check_columns(table.columns);
  } catch (const CsvError& error) {
    throw CsvError(fmt::format("{}:1: {}", path.string(), error.what()));
  }
  std::vector<ListedLayer> layers;
  for (const CsvRow& row : table.rows) {
    try {
      layers.push_back(
          {row.text(id_column(table.columns)), row.line(), network_of(row, table.columns)});
    } catch (const std::runtime_error& error) {
      problems.add(row.line(), error.what());
    }
  }
  refuse(problems, path);
  return layers;
}

}  // namespace

Network listed_network(const std::string& id, const ListedShape& listed) {
  NetworkBuilder builder(id);
  std::vector<TensorId> inputs;
  for (const Shape& shape : listed_inputs(listed)) inputs.push_back(builder.input("input", shape));
  builder.output(builder.add(id, listed_op(listed, Activation::relu), inputs));
  return std::move(builder).build();
}

Network listed_network(const CsvRow& row) {
  return network_of(row, row.text("layer_id"), listed_shape(row));
}

const std::vector<std::string>& layer_list_columns() {
  static const std::vector<std::string> columns{"layer_id", "op",   "H", "W",
                                                "Cin",      "Cout", "k", "stride"};
  return columns;
}

std::vector<ListedLayer> read_layer_list(const std::filesystem::path& path) {
  std::vector<ListedLayer> layers;
  try {
    layers = layers_of(path);
  } catch (const CsvError& error) {
    throw NetworkError(error.what());
  }
  if (layers.empty()) throw NetworkError(fmt::format("{}: no layers", path.string()));
  return layers;
}

}  // namespace h4h::workloads
