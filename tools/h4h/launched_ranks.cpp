#include "tools/h4h/launched_ranks.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "tools/h4h/command.hpp"

namespace h4h::tools {
namespace {

constexpr int kUsageCode = 2;

}  // namespace

nas::RankPlace rank_of_process() {
  try {
    return nas::rank_place();
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

void refuse_ranks(const std::string& what) {
  const nas::RankPlace place = rank_of_process();
  if (place.size == 1) return;
  if (place.rank > 0) std::exit(kUsageCode);
  throw UsageError(fmt::format("{} works in one process, but {} were started", what, place.size));
}

}  // namespace h4h::tools
