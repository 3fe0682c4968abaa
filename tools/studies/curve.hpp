#pragma once

#include <vector>

namespace h4h::studies {

// Of one value or more (here and below); no number where one of them is none.
double greatest(const std::vector<double>& values);
double least(const std::vector<double>& values);

// The most by which a value lies below an earlier one, as a share of that one; 0 where none does.
double largest_dip(const std::vector<double>& curve);

// By how much the last value exceeds the one before, as a share of that one.
double last_gain(const std::vector<double>& curve);

// The last value as a multiple of the first.
double rise(const std::vector<double>& curve);

}  // namespace h4h::studies
