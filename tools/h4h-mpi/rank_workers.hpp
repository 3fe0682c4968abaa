#pragma once

#include <deque>
#include <vector>

#include "sim/workers/serve.hpp"
#include "sim/workers/workers.hpp"

namespace h4h::tools {

// The other ranks of an MPI program as workers of the first.
class RankWorkers : public sim::Workers {
 public:
  explicit RankWorkers(int ranks);
  std::size_t count() const override { return ranks_.size(); }
  void submit(sim::Ask ask) override;
  std::optional<sim::Answer> receive(bool wait) override;

 private:
  struct Rank {
    int number = 0;
    std::size_t under_way = 0;
    std::string context;  // that it has now
  };
  void feed(Rank& rank);

  std::vector<Rank> ranks_;
  std::deque<sim::Ask> waiting_;
};

// What every other rank does until the first one calls `stop_ranks`.
void serve_first_rank(sim::OpenVariants open);
void stop_ranks(int ranks);

}  // namespace h4h::tools
