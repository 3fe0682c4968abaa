#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace h4h::nas {

// Batches in order, for a loop: kept in memory, or made each time they are asked for.
template <typename Value>
class Batches {
 public:
  using Make = std::function<Value(std::int64_t)>;

  class Iterator {
   public:
    Iterator(const Batches& batches, std::int64_t at) : batches_(&batches), at_(at) {}
    Value operator*() const { return batches_->make_(at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Batches* batches_;
    std::int64_t at_;
  };

  // `make` is asked for 0..count-1.
  Batches(std::int64_t count, Make make) : count_(count), make_(std::move(make)) {}
  // Not explicit: whoever has the batches may pass them.
  Batches(std::vector<Value> kept) : count_(static_cast<std::int64_t>(kept.size())) {
    const auto all = std::make_shared<const std::vector<Value>>(std::move(kept));
    make_ = [all](std::int64_t i) { return (*all)[static_cast<std::size_t>(i)]; };
  }
  Batches(std::initializer_list<Value> kept) : Batches(std::vector<Value>(kept)) {}
  Batches() : Batches(std::vector<Value>()) {}

  std::int64_t size() const { return count_; }
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, count_}; }

 private:
  std::int64_t count_;
  Make make_;
};

}  // namespace h4h::nas
