#include "tools/h4h/start_nas.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "tools/h4h/program.hpp"

namespace h4h::tools {

namespace fs = std::filesystem;

void start_nas(const std::string& command, const Arguments& arguments) {
  const std::string program = (program_folder() / "h4h-nas").string();
  if (!fs::exists(program)) {
    throw std::runtime_error(fmt::format(
        "`h4h {}` on a supernet needs the program {}, which is not there: build with LibTorch "
        "(cmake -DH4H_WITH_TORCH=ON)",
        command, program));
  }
  Arguments all{program, command};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::cout << std::flush;
  ::execv(program.c_str(), pointers.data());
  throw std::runtime_error(fmt::format("{}: cannot start: {}", program, std::strerror(errno)));
}

}  // namespace h4h::tools
