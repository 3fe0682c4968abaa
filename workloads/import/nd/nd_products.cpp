#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/nd_graph.hpp"

namespace h4h::workloads {
namespace {

// The axes in memory order, with `behind` moved to the end.
std::vector<int> with_last(const std::vector<int>& order, const std::vector<int>& behind) {
  std::vector<int> out;
  for (const int axis : order) {
    if (std::find(behind.begin(), behind.end(), axis) == behind.end()) out.push_back(axis);
  }
  out.insert(out.end(), behind.begin(), behind.end());
  return out;
}

// The last two axes of memory that are not 1, as far as they are `row` and `column`.
bool ends_with(const NdTensor& t, int row, int column) {
  std::vector<int> end;
  for (auto axis = t.order.rbegin(); axis != t.order.rend() && end.size() < 2; ++axis) {
    if (*axis == row || *axis == column) {
      end.insert(end.begin(), *axis);
    } else if (t.dims[static_cast<std::size_t>(*axis)] != 1) {
      return false;
    }
  }
  return end == std::vector<int>{row, column};
}

Dims batch_of(const NdTensor& t) { return {t.dims.begin(), t.dims.end() - 2}; }

NdTensor swapped(NdGraph& graph, const NdTensor& t) {
  std::vector<int> permutation = file_order(t.dims.size());
  std::swap(permutation[permutation.size() - 1], permutation[permutation.size() - 2]);
  return graph.transpose(t, permutation, TransposeAs::view);
}

NdTensor with_rank(NdGraph& graph, const NdTensor& t, std::size_t rank) {
  Dims dims = t.dims;
  while (dims.size() < rank) dims.insert(dims.begin(), 1);
  return graph.renamed(t, dims);
}

}  // namespace

NdTensor NdGraph::linear(const NdTensor& in, std::int64_t out_features, Activation activation) {
  if (in.dims.empty()) throw NotMapped("a single value has no features");
  const int last = in.rank() - 1;
  const std::int64_t features = in.dims.back(), rows = elements(in.dims) / features;
  NdTensor out = in;
  if (rows == 1) {
    out.id = add(Linear{out_features, activation}, {in.id});
  } else {
    out = reordered(in, with_last(in.order, {last}));
    out.id = add(Linear{out_features, activation, true}, {viewed(out.id, pixels_of(out))});
  }
  out.dims.back() = out_features;
  return out;
}

NdTensor NdGraph::matmul(const NdTensor& left, const NdTensor& right, bool transpose_a,
                         bool transpose_b) {
  if (left.rank() < 2 || right.rank() < 2) throw NotMapped("a vector is no matrix");
  const std::size_t rank = std::max(left.dims.size(), right.dims.size());
  NdTensor a = with_rank(*this, transpose_a ? swapped(*this, left) : left, rank);
  NdTensor b = with_rank(*this, transpose_b ? swapped(*this, right) : right, rank);
  const int row = static_cast<int>(rank) - 2, column = row + 1;
  const std::int64_t rows = a.dims[rank - 2], depth = a.dims[rank - 1], columns = b.dims[rank - 1];
  if (depth != b.dims[rank - 2]) {
    throw NotMapped(fmt::format("{} and {} do not multiply", dims_text(a.dims), dims_text(b.dims)));
  }
  const Dims batch = broadcast(batch_of(a), batch_of(b));
  const auto stretched = [&](const NdTensor& t) {
    Dims dims = batch;
    dims.insert(dims.end(), t.dims.end() - 2, t.dims.end());
    return broadcast_to(t, dims);
  };
  a = stretched(a);
  a = reordered(a, with_last(a.order, {row, column}));
  const bool is_shared = elements(batch_of(b)) == 1;  // one matrix for all rows of all batches
  if (!is_shared) b = stretched(b);
  const bool transposed = ends_with(b, column, row);
  const std::vector<int> ending{transposed ? column : row, transposed ? row : column};
  b = reordered(b, with_last(a.order, ending));
  const std::int64_t count = elements(batch);
  const Shape left_shape{is_shared ? 1 : count, is_shared ? count * rows : rows, depth};
  const Shape right_shape{is_shared ? 1 : count, transposed ? columns : depth,
                          transposed ? depth : columns};
  NdTensor out = a;
  out.id = add(MatMul{transposed}, {viewed(a.id, left_shape), viewed(b.id, right_shape)});
  out.dims.back() = columns;
  return out;
}

}  // namespace h4h::workloads
