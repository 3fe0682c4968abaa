#include <cstring>

#include "sim/workers/process_workers.hpp"
#include "tools/h4h/commands.hpp"

int main(int argc, char* argv[]) {
  if (argc == 2 && std::strcmp(argv[1], h4h::sim::kWorkerOption) == 0) {
    h4h::sim::serve(h4h::sim::kWorkerSocket);
    return 0;
  }
  return h4h::tools::run_program(h4h::tools::h4h_program(), argc, argv);
}
