#include <fmt/format.h>

#include <algorithm>

#include "workloads/import/nd/grouping.hpp"
#include "workloads/import/nd/nd_graph.hpp"

// Element by element, with numpy's rules where operands differ.
namespace h4h::workloads {
namespace {

NdTensor of_rank(NdGraph& graph, const NdTensor& t, std::size_t rank) {
  Dims dims = t.dims;
  while (dims.size() < rank) dims.insert(dims.begin(), 1);
  return graph.renamed(t, dims);
}

// Which of two operands is repeated along an axis of memory.
enum Repeated { kNeither = 0, kFirst = 1, kSecond = 2 };

}  // namespace

NdTensor NdGraph::map(const NdTensor& in, const Op& op) {
  return {add(op, {in.id}), in.dims, in.order};
}

NdTensor NdGraph::elementwise(ElementwiseKind kind, const NdTensor& first, const NdTensor& second,
                              Activation activation) {
  const Dims dims = broadcast(first.dims, second.dims);
  NdTensor a = of_rank(*this, first, dims.size());
  NdTensor b = of_rank(*this, second, dims.size());
  if (elements(a.dims) < elements(b.dims)) std::swap(a, b);
  b = reordered(b, a.order);
  const Elementwise op{kind, activation};
  if (a.dims == b.dims) {
    return {add(op, {a.id, viewed(b.id, shape(a.id))}), dims, a.order};
  }
  const Dims extents = memory_dims({0, dims, a.order}), in_a = memory_dims(a),
             in_b = memory_dims(b);
  std::vector<int> repeated;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    repeated.push_back(in_a[i] < extents[i] ? kFirst : in_b[i] < extents[i] ? kSecond : kNeither);
  }
  const std::optional<Grouping> groups = group_by_kind(extents, repeated);
  if (!groups) {
    return elementwise(kind, a, broadcast_to(b, dims), activation);
  }
  const TensorId id =
      add(op, {viewed(a.id, shape_of(*groups, in_a)), viewed(b.id, shape_of(*groups, in_b))});
  return {id, dims, a.order};
}

NdTensor NdGraph::elementwise(ElementwiseKind kind, const NdTensor& a, const Dims& constant,
                              Activation activation) {
  const NdTensor all = broadcast_to(a, broadcast(a.dims, constant));
  return map(all, Elementwise{kind, activation});
}

NdTensor NdGraph::broadcast_to(const NdTensor& in, const Dims& dims) {
  (void)elements(dims);  // are not too many
  if (dims.size() < in.dims.size() || broadcast(in.dims, dims) != dims) {
    throw NotMapped(
        fmt::format("{} does not broadcast to {}", dims_text(in.dims), dims_text(dims)));
  }
  NdTensor all = of_rank(*this, in, dims.size());
  if (all.dims == dims) return all;
  NdTensor out{all.id, dims, all.order};
  const Dims wanted = memory_dims(out), have = memory_dims(all);
  std::vector<int> repeated;
  for (std::size_t i = 0; i < wanted.size(); ++i) repeated.push_back(have[i] < wanted[i] ? 1 : 0);
  if (const std::optional<Grouping> groups = group_by_kind(wanted, repeated)) {
    out.id = add(Tile{shape_of(*groups, wanted)}, {viewed(all.id, shape_of(*groups, have))});
    return out;
  }
  Dims part = all.dims;  // the first axis that is repeated, alone
  std::size_t i = 0;
  while (part[i] == dims[i]) ++i;
  part[i] = dims[i];
  return broadcast_to(broadcast_to(all, part), dims);
}

}  // namespace h4h::workloads
