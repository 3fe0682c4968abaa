#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/csv/csv_table.hpp"
#include "workloads/import/layer_list/listed_shape.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// A row of a layer list: one layer as a network of its own.
struct ListedLayer {
  std::string id;
  int line = 0;  // of the file
  Network network;
};

// Reads a CSV with the columns layer_id, op, H, W, Cin, Cout, k, stride in any order, others
// ignored, but for weight_bytes_encoded where it is there. op: conv3x3, dw3x3, pw1x1 or fc (fc has
// H = W = k = stride = 1). "SAME" padding and a fused ReLU are understood.
// Throws NetworkError "file:line: ..." with a line for every row that is missing something or
// wrong.
std::vector<ListedLayer> read_layer_list(const std::filesystem::path& path);

// The columns that a row must have, and the network of one. Throws CsvError or NetworkError.
const std::vector<std::string>& layer_list_columns();
Network listed_network(const CsvRow& row);
// The network of such a layer by itself. Throws NetworkError.
Network listed_network(const std::string& id, const ListedShape& listed);

}  // namespace h4h::workloads
