#include "tools/studies/noc_use.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace h4h::studies {
namespace {

struct Edge {
  models::Picoseconds at;
  int npu, cim;  // holds that begin, or end where negative
};

std::vector<Edge> edges_of(const models::Timeline& timeline) {
  std::vector<Edge> edges;
  for (const models::Interval& interval : timeline) {
    if (interval.lane != models::Lane::noc_tenure) continue;
    const int npu = interval.device == platforms::kNpu ? 1 : 0;
    const int cim = 1 - npu;
    edges.push_back({interval.begin, npu, cim});
    edges.push_back({interval.end, -npu, -cim});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  return edges;
}

}  // namespace

double share_held_by_both(const models::Timeline& timeline) {
  int npu = 0, cim = 0;
  bool npu_ever = false, cim_ever = false;
  models::Picoseconds last, held, both;
  for (const Edge& edge : edges_of(timeline)) {
    if (npu + cim > 0) held += edge.at - last;
    if (npu > 0 && cim > 0) both += edge.at - last;
    last = edge.at;
    npu += edge.npu;
    cim += edge.cim;
    npu_ever = npu_ever || npu > 0;
    cim_ever = cim_ever || cim > 0;
  }
  if (!npu_ever || !cim_ever) return std::numeric_limits<double>::quiet_NaN();
  return to_seconds(both) / to_seconds(held);
}

}  // namespace h4h::studies
