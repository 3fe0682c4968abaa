#pragma once

#include <utility>
#include <vector>

#include "nas/random/random.hpp"

namespace h4h::nas {

// Fisher-Yates: every order equally likely, the same on every machine.
template <typename Value>
void shuffle(std::vector<Value>& values, Random& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[random.below(i)]);
  }
}

}  // namespace h4h::nas
