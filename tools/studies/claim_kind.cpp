#include "tools/studies/claim_kind.hpp"

#include <cstdlib>

namespace h4h::studies {

std::string_view to_string(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::structural:
      return "structural";
    case ClaimKind::calibrated:
      return "calibrated";
    case ClaimKind::derived:
      return "derived";
    case ClaimKind::tested:
      return "tested";
  }
  std::abort();
}

std::string_view to_string(Headline headline) {
  switch (headline) {
    case Headline::none:
      return "none";
    case Headline::latency:
      return "latency";
    case Headline::energy:
      return "energy";
    case Headline::accuracy:
      return "accuracy";
  }
  std::abort();
}

}  // namespace h4h::studies
