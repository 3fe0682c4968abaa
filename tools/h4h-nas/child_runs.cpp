#include "tools/h4h-nas/child_runs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <map>
#include <stdexcept>

#include "base/program_files.hpp"

namespace h4h::tools {
namespace {

// Between fork and exec: nothing here may allocate.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);  // it ended before
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

pid_t start(const ChildRun& run) {
  Arguments all{(program_folder() / "h4h-nas").string()};
  all.insert(all.end(), run.arguments.begin(), run.arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  constexpr mode_t kMode = 0666;
  const int log = ::open(run.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (log < 0) {
    throw std::runtime_error(fmt::format("{}: {}", run.log.string(), std::strerror(errno)));
  }
  const pid_t parent = ::getpid(), child = ::fork();
  if (child == 0) become(pointers.data(), log, parent);
  const int error = errno;
  ::close(log);
  if (child < 0) throw std::runtime_error(fmt::format("{}: {}", run.name, std::strerror(error)));
  return child;
}

std::string last_line(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

// Empty where it succeeded.
std::string failure(const ChildRun& run, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const std::string how = WIFEXITED(status) ? fmt::format("exit code {}", WEXITSTATUS(status))
                                            : fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("{}: {}: {}", run.name, how, last_line(run.log));
}

}  // namespace

void run_children(const std::vector<ChildRun>& runs, int jobs,
                  const std::function<void(std::size_t)>& done) {
  std::map<pid_t, std::size_t> running;
  std::string failed;
  const auto wait_for_one = [&] {
    int status = 0;
    const pid_t child = ::waitpid(-1, &status, 0);
    const auto found = running.find(child);
    if (found == running.end()) return;
    const ChildRun& run = runs[found->second];
    const std::string message = failure(run, status);
    if (message.empty()) {
      std::error_code ignored;
      std::filesystem::remove(run.log, ignored);
      done(found->second);
    } else if (failed.empty()) {
      failed = message;
    }
    running.erase(found);
  };
  for (std::size_t i = 0; i < runs.size() && failed.empty(); ++i) {
    while (running.size() >= static_cast<std::size_t>(jobs)) wait_for_one();
    if (failed.empty()) running.emplace(start(runs[i]), i);
  }
  while (!running.empty()) wait_for_one();
  if (!failed.empty()) throw std::runtime_error(failed);
}

}  // namespace h4h::tools
