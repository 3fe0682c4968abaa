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

// Reads a CSV with the columns layer_id, op, H, W, Cin, Cout, k, stride in any order. Where they
// are there, also groups, dilation, padding (same, the default, or valid) and weight_bytes_encoded;
// others are ignored. op: conv3x3, conv5x5, ..., dw3x3, ..., pw1x1, fc (k = stride = 1; H x W
// rows), conv and dw (the kernel is k), softmax, matmul (H products of a W x Cin and a Cin x Cout
// matrix). Or with the columns M, N, K: an fc of M rows, K inputs and N outputs each; op, where it
// is there, is gemm for such rows. Or a list as SCALE-Sim reads it, of convolutions or of products.
// A fused ReLU is understood.
// Throws NetworkError "file:line: ..." with a line for every row that is missing something or
// wrong.
std::vector<ListedLayer> read_layer_list(const std::filesystem::path& path);

// The columns that a row must have, and the network of one. Throws CsvError or NetworkError.
const std::vector<std::string>& layer_list_columns();
Network listed_network(const CsvRow& row);
// The network of such a layer by itself. Throws NetworkError.
Network listed_network(const std::string& id, const ListedShape& listed);

}  // namespace h4h::workloads
