#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "workloads/fuse/edit.hpp"

namespace h4h::workloads {

// The steps of fuse(), in this order.
void fuse_functions(NetworkEdit& edit);    // gelu, silu, mish, hard_swish
void fuse_layer_norms(NetworkEdit& edit);  // layer_norm, rms_norm
void fuse_attention(NetworkEdit& edit);
void fuse_views(NetworkEdit& edit);        // transposes that undo each other
void fuse_projections(NetworkEdit& edit);  // query, key and value of an attention

// A pattern that is being told: the layers that are parts of it. Reshapes between them are, too.
class Parts {
 public:
  explicit Parts(const NetworkEdit& edit) : edit_(&edit) {}

  // The layer that makes a tensor, behind reshapes, which becomes a part; none of an input.
  std::optional<std::size_t> take(TensorId tensor);
  // Whether all that the parts make is read by parts and by layer `end` alone.
  bool are_closed(std::size_t end) const;

 private:
  const NetworkEdit* edit_;
  std::vector<std::size_t> all_;
};

// Whether layer `i` is this elementwise operator, of `operands` (1: the other one is constant), and
// applies no activation.
bool is_elementwise(const NetworkEdit& edit, std::size_t i, ElementwiseKind kind,
                    std::size_t operands);
bool is_unary(const NetworkEdit& edit, std::size_t i, UnaryKind kind);

}  // namespace h4h::workloads
