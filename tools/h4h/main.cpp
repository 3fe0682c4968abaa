#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>

#include "sim/variants/variant_server.hpp"
#include "sim/workers/process_workers.hpp"
#include "tools/h4h/commands.hpp"
#include "tools/h4h/message.hpp"
#include "tools/h4h/start_program.hpp"

namespace {

// A closed stream would give its number to the next file that is opened.
void keep_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    ::open("/dev/null",
           stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // using it is an error still
  }
}

// Programs start it, with a socket. Exit code.
int serve_jobs() {
  try {
    h4h::sim::serve(h4h::sim::kWorkerSocket, h4h::sim::open_variant_server);
    return 0;
  } catch (const std::exception& error) {
    h4h::tools::print_message(fmt::format(
        "h4h {}: descriptor {} carries no jobs of h4h: {}; other commands start such processes",
        h4h::sim::kWorkerOption, h4h::sim::kWorkerSocket, error.what()));
    return 1;
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  using namespace h4h::tools;
  keep_standard_streams();
  if (argc == 2 && std::strcmp(argv[1], h4h::sim::kWorkerOption) == 0) {
    return serve_jobs();
  }
  try {
    start_mpi({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    print_message("h4h: " + message_of(error));
    return 1;
  }
  return run_program(h4h_program(), argc, argv);
}
