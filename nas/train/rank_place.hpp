#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace h4h::nas {

// Where a process stands among those that a launcher has started together, and how they meet: at a
// TCP address or, where all are on this machine and there is none, under the name of their job.
struct RankPlace {
  std::int64_t rank = 0, size = 1;              // rank 0 writes files
  std::int64_t local_rank = 0, local_size = 1;  // among those of the same machine
  std::string address{};                        // of rank 0's machine; empty: see `job`
  std::uint16_t port = 0;
  std::string job{};            // that no other job on this machine has at the same time
  bool store_is_there = false;  // the launcher serves the address, not rank 0
};

// The value of an environment variable; nullopt where it is not set.
using Variables = std::function<std::optional<std::string>(const char*)>;

// By the variables of torchrun (RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR,
// MASTER_PORT), Open MPI, MPICH (and others with PMI) or Slurm's srun, the first of these that is
// there; rank 0 of 1 without any. A batch script of Slurm is one process, whatever its job has.
// `parent`: number of the process that has started this one. Throws std::invalid_argument that
// names the variable.
RankPlace rank_place(const Variables& variables, std::int64_t parent);
// Of this process.
RankPlace rank_place();

// The first host of Slurm's short form: "node[003-005,9],other" -> "node003".
std::string first_host(std::string_view list);

}  // namespace h4h::nas
