#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/table/table.hpp"
#include "sim/uncertainty/uncertainty.hpp"

namespace h4h::sim {

// The columns low, high, p5, p95 and moved_by of an uncertain figure, each behind `prefix`, such as
// "latency_s_".
void add_interval_columns(Table& table, const std::string& prefix = {});

// Its cells, which are empty where there is no figure.
void add_interval(std::vector<Cell>& row, const std::optional<Uncertain>& figure);

}  // namespace h4h::sim
