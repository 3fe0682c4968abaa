#include "base/text/problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/printable.hpp"

namespace h4h {

void Problems::add(int line, const std::string& message) {
  constexpr std::size_t kMostKept = 10'000;
  ++count_;
  if (kept_.size() < kMostKept) kept_.emplace_back(line, printable(message));
}

std::string Problems::text(const std::string& file, std::size_t most) const {
  auto sorted = kept_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const std::size_t shown = std::min(sorted.size(), most);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    text += fmt::format("{}{}:{}: {}", i == 0 ? "" : "\n", file, sorted[i].first, sorted[i].second);
  }
  return shown == count_ ? text : text + fmt::format("\n{}: and {} more", file, count_ - shown);
}

}  // namespace h4h
