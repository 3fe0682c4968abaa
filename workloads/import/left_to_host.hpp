#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "workloads/import/fold/array.hpp"
#include "workloads/import/nd/nd_tensor.hpp"
#include "workloads/import/policy.hpp"
#include "workloads/ir/network.hpp"

namespace h4h::workloads {

// The products of an operator without a layer: `elements` of its output (or input), each the sum of
// `each` products. 0: none.
struct Products {
  std::int64_t elements = 0, each = 0;
};

// nullopt where there are more than a network may have, 2^53.
std::optional<std::int64_t> macs_of(const Products& products);

// Calls `import`, and `leave` with the reason where the operator has no layer.
template <typename Import, typename Leave>
void import_or_leave(Import import, Leave leave) {
  try {
    import();
  } catch (const NotMapped& reason) {
    leave(reason.what());
  } catch (const fold::FoldError& reason) {
    leave(reason.what());
  }
}

// The operators of a file that have no layer, in the order of the file.
class LeftToHost {
 public:
  // Throws NetworkError where the MACs of all pass 2^53.
  void add(Unsupported op);

  // Hands them to the network. Throws NetworkError that names all where `policy` refuses them.
  void enter(NetworkBuilder& net, UnsupportedPolicy policy) &&;

 private:
  std::vector<Unsupported> operators_;
  std::int64_t macs_ = 0;
};

}  // namespace h4h::workloads
