#include "tools/h4h/start_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "base/program_files.hpp"

namespace h4h::tools {

namespace fs = std::filesystem;

void start_program(const std::string& name, const Arguments& arguments,
                   const std::string& needed_for) {
  const std::string program = (program_folder() / name).string();
  if (!fs::exists(program)) {
    throw std::runtime_error(
        fmt::format("{} needs the program {}, which is not there: {}", needed_for, program,
                    name == "h4h-nas" ? "build with LibTorch (cmake -DH4H_WITH_TORCH=ON)"
                                      : "build with MPI (cmake -DH4H_WITH_MPI=ON)"));
  }
  Arguments all{program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::cout << std::flush;
  ::execv(program.c_str(), pointers.data());
  throw std::runtime_error(fmt::format("{}: cannot start: {}", program, std::strerror(errno)));
}

void start_nas(const std::string& command, const Arguments& arguments) {
  Arguments all{command};
  all.insert(all.end(), arguments.begin(), arguments.end());
  start_program("h4h-nas", all, fmt::format("`h4h {}` on a supernet", command));
}

void start_mpi(const Arguments& arguments) {
  const char* const ranks = std::getenv("OMPI_COMM_WORLD_SIZE");
  if (ranks == nullptr || std::strcmp(ranks, "1") == 0 || arguments.empty()) return;
  if (arguments.front() != "sweep" && arguments.front() != "oracle") return;
  start_program("h4h-mpi", arguments, fmt::format("h4h on {} ranks", ranks));
}

}  // namespace h4h::tools
