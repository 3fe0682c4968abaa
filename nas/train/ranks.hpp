#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "nas/train/rank_place.hpp"

namespace h4h::nas {

// Another rank has ended or cannot be reached, or this build has no way to reach one.
class RanksError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Rank 0 has ended with an error, of which it tells the user itself.
class FirstRankFailed : public RanksError {
 public:
  FirstRankFailed() : RanksError("rank 0 has failed") {}
};

// The processes that work on one training or search together. They call the same members in the
// same order. Alone, every member does nothing at once. All members but the constructors throw
// RanksError where another rank has ended; it is noticed at once, or in a step after half an hour
// where a machine is lost.
class Ranks {
 public:
  Ranks();  // alone
  // Waits for the others, at most five minutes. Throws RanksError.
  explicit Ranks(const RankPlace& place);
  ~Ranks();
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  std::int64_t rank() const { return rank_; }
  std::int64_t size() const { return size_; }
  bool first() const { return rank_ == 0; }
  bool alone() const { return size_ == 1; }

  // How long the others may take to come as far: a step, or work that may take any time.
  enum class Patience { step, work };

  // The sums over all ranks, in place; the same bits on every rank. `values` is contiguous, of any
  // device.
  void sum(const torch::Tensor& values, Patience patience = Patience::step) const;
  // The means of all these tensors over the ranks, in place, in one exchange. Tensors are of one
  // type and device.
  void average(const std::vector<torch::Tensor>& tensors) const;
  // What rank 0 makes, however long it takes. Where `make` throws there, the others throw
  // FirstRankFailed.
  std::string from_first(const std::function<std::string()>& make) const;
  // Until every rank is here.
  void wait() const { sum(torch::zeros({1})); }

 private:
  struct Group;
  void broadcast(const torch::Tensor& values) const;  // of the CPU

  std::int64_t rank_ = 0, size_ = 1;
  std::unique_ptr<Group> group_;
};

}  // namespace h4h::nas
