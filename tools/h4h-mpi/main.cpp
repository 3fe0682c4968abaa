#include <mpi.h>

#include "sim/variants/variant_server.hpp"
#include "tools/h4h-mpi/rank_workers.hpp"
#include "tools/h4h/commands.hpp"
#include "tools/h4h/ranks.hpp"

namespace h4h::tools {

int rank_count() {
  int count = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

std::unique_ptr<sim::Workers> other_ranks() {
  const int count = rank_count();
  return count > 1 ? std::make_unique<RankWorkers>(count) : nullptr;
}

}  // namespace h4h::tools

// `h4h` on all ranks of mpirun: the first one is h4h, the others simulate for it.
int main(int argc, char* argv[]) {
  using namespace h4h::tools;
  MPI_Init(&argc, &argv);
  int rank = 0, code = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0) {
    code = run_program(h4h_program(), argc, argv);
    stop_ranks(rank_count());
  } else {
    serve_first_rank(h4h::sim::open_variant_server);
  }
  MPI_Finalize();
  return code;
}
