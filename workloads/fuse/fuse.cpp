#include "workloads/fuse/fuse.hpp"

#include <algorithm>
#include <utility>

#include "workloads/fuse/patterns.hpp"

namespace h4h::workloads {

std::optional<std::size_t> Parts::take(TensorId tensor) {
  auto made_by = edit_->maker(tensor);
  while (made_by) {
    all_.push_back(*made_by);
    if (!std::holds_alternative<Reshape>(edit_->op(*made_by))) return made_by;
    made_by = edit_->maker(edit_->layer(*made_by).inputs.front());
  }
  return std::nullopt;
}

bool Parts::are_closed(std::size_t end) const {
  return std::all_of(all_.begin(), all_.end(), [&](std::size_t part) {
    const TensorId made = edit_->layer(part).output;
    const std::vector<std::size_t>& readers = edit_->readers(made);
    return part == end || (!edit_->is_kept(made) &&
                           std::all_of(readers.begin(), readers.end(), [&](std::size_t reader) {
                             return reader == end ||
                                    std::find(all_.begin(), all_.end(), reader) != all_.end();
                           }));
  });
}

bool is_elementwise(const NetworkEdit& edit, std::size_t i, ElementwiseKind kind,
                    std::size_t operands) {
  const auto* op = std::get_if<Elementwise>(&edit.op(i));
  return op != nullptr && op->kind == kind && op->activation == Activation::none &&
         edit.layer(i).inputs.size() == operands;
}

bool is_unary(const NetworkEdit& edit, std::size_t i, UnaryKind kind) {
  const auto* op = std::get_if<Unary>(&edit.op(i));
  return op != nullptr && op->kind == kind;
}

Network fuse(Network network) {
  NetworkEdit edit(std::move(network));
  fuse_functions(edit);
  fuse_layer_norms(edit);
  fuse_attention(edit);
  fuse_views(edit);
  fuse_projections(edit);
  return std::move(edit).finish();
}

Network with_joined_projections(Network network) {
  NetworkEdit edit(std::move(network));
  fuse_projections(edit);
  return std::move(edit).finish();
}

}  // namespace h4h::workloads
