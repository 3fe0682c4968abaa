#pragma once

#include <cstdint>
#include <functional>

namespace h4h::nas {

// Calls `work` with 0..count-1, each once, on up to `threads` threads of which this is one. Throws
// what the lowest number that failed threw, after all threads have ended.
void in_parallel(std::int64_t count, int threads, const std::function<void(std::int64_t)>& work);

}  // namespace h4h::nas
