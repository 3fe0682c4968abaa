#include "nas/data/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace h4h::nas {
namespace {

class Numbers {
 public:
  Numbers(std::int64_t count, const std::function<void(std::int64_t)>& work)
      : count_(count), work_(work) {}

  // Until none is left, or one failed. Numbers are dealt in order, so the lowest one that fails is
  // always dealt.
  void take() {
    for (std::int64_t i = next_++; i < count_; i = next_++) {
      try {
        work_(i);
      } catch (...) {
        keep(i, std::current_exception());
        next_ = count_;
      }
    }
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  void keep(std::int64_t number, std::exception_ptr error) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (error_ && failed_ < number) return;
    failed_ = number;
    error_ = std::move(error);
  }

  std::int64_t count_;
  const std::function<void(std::int64_t)>& work_;
  std::atomic<std::int64_t> next_{0};
  std::mutex mutex_;
  std::int64_t failed_ = 0;
  std::exception_ptr error_;
};

}  // namespace

void in_parallel(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work) {
  Numbers numbers(count, work);
  std::vector<std::thread> others;
  for (std::int64_t i = 1; i < std::min<std::int64_t>(threads, count); ++i) {
    others.emplace_back([&numbers] { numbers.take(); });
  }
  numbers.take();
  for (std::thread& other : others) other.join();
  numbers.rethrow();
}

}  // namespace h4h::nas
