#pragma once

#include <cstdint>

namespace h4h {

// For products of two 64-bit values.
__extension__ using Wide = __int128;

// n / d rounded up, for n >= 0 and d > 0. Neither of the two checks for overflow.
constexpr std::int64_t ceil_div(std::int64_t n, std::int64_t d) { return (n + d - 1) / d; }
// n rounded up to a multiple of m, for n >= 0 and m > 0.
constexpr std::int64_t round_up(std::int64_t n, std::int64_t m) { return ceil_div(n, m) * m; }

}  // namespace h4h
