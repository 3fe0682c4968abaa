#pragma once

namespace h4h::workloads {

// What to do with an operator that no layer stands for.
enum class UnsupportedPolicy { refuse, host };

}  // namespace h4h::workloads
