#include "workloads/import/left_to_host.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/integer.hpp"

namespace h4h::workloads {
namespace {

constexpr std::int64_t kMaxMacs = std::int64_t{1} << 53;  // as NetworkBuilder::add

}  // namespace

std::optional<std::int64_t> macs_of(const Products& products) {
  const Wide macs = Wide{products.elements} * products.each;
  if (macs > kMaxMacs) return std::nullopt;
  return static_cast<std::int64_t>(macs);
}

void LeftToHost::add(Unsupported op) {
  macs_ += op.macs.value_or(0);
  if (macs_ > kMaxMacs) throw NetworkError("more than 2^53 MACs on the host");
  operators_.push_back(std::move(op));
}

void LeftToHost::enter(NetworkBuilder& net, UnsupportedPolicy policy) && {
  if (!operators_.empty() && policy == UnsupportedPolicy::refuse) {
    throw NetworkError(fmt::format(
        "{} operator{} not supported:{}\n(--unsupported host leaves them to the host, not costed)",
        operators_.size(), operators_.size() == 1 ? " is" : "s are", list_of(operators_)));
  }
  for (Unsupported& op : operators_) net.unsupported(std::move(op));
}

}  // namespace h4h::workloads
