#include "sim/workers/process_workers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/job/wire.hpp"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace h4h::sim {
namespace {

constexpr std::uint32_t kMostBytes = 1 << 28;  // of a message; those of jobs have some kilobytes

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

namespace {

// A message on a stream: its size, then its bytes.
std::string framed(const std::string& message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string bytes(sizeof size, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  return bytes + message;
}

// The first whole message of what was received, taken off it.
std::optional<std::string> take_message(std::string& received) {
  std::uint32_t size = 0;
  if (received.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, received.data(), sizeof size);
  if (size > kMostBytes) throw WireError(fmt::format("a message of {} bytes", size));
  if (received.size() < sizeof size + size) return std::nullopt;
  std::string message = received.substr(sizeof size, size);
  received.erase(0, sizeof size + size);
  return message;
}

// False where nobody is on the other side any more.
bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Adds what is there; false at the end, and where `failed` becomes the error.
bool receive_some(int socket, std::string& received, int& failed) {
  char buffer[1 << 16];
  ssize_t count = 0;
  do {
    count = ::read(socket, buffer, sizeof buffer);
  } while (count < 0 && errno == EINTR);
  failed = count < 0 ? errno : 0;
  if (count <= 0) return false;
  received.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::string how_it_ended(pid_t process) {
  int status = 0;
  if (::waitpid(process, &status, 0) != process) return "vanished";
  if (WIFSIGNALED(status)) return fmt::format("was terminated by signal {}", WTERMSIG(status));
  return fmt::format("exited with code {}", WEXITSTATUS(status));
}

pid_t spawn(const std::filesystem::path& program, int socket) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, kWorkerSocket);
  std::string name = program.string(), option = kWorkerOption;
  char* const arguments[] = {name.data(), option.data(), nullptr};
  pid_t process = 0;
  const int error = ::posix_spawn(&process, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start " + name);
  return process;
}

}  // namespace

void serve(int socket, OpenVariants open) {
  struct NobodyListens {};
  Server server(open);
  const auto send = [&](const std::string& answer) {
    if (!send_all(socket, framed(answer))) throw NobodyListens();
  };
  std::string received;
  int failed = 0;
  try {
    while (receive_some(socket, received, failed)) {
      while (const auto message = take_message(received)) server.answer(*message, send);
    }
  } catch (const NobodyListens&) {
    return;
  }
  // Who ends while it sends resets the connection, or closes it.
  if (failed != 0 && failed != ECONNRESET) {
    throw std::system_error(failed, std::generic_category(), "cannot read");
  }
  if (!received.empty()) throw WireError("the stream ends inside a message");
}

ProcessWorkers::ProcessWorkers(std::filesystem::path program, int count,
                               std::chrono::milliseconds longest_job)
    : program_(std::move(program)),
      longest_job_(longest_job),
      workers_(static_cast<std::size_t>(count)) {
  for (Worker& worker : workers_) start(worker);
}

// Those that died are started again; one that works is enough.
void ProcessWorkers::revive() {
  bool any = false;
  for (Worker& worker : workers_) any = any || worker.process != 0;
  for (Worker& worker : workers_) {
    if (worker.process != 0) continue;
    try {
      start(worker);
      any = true;
    } catch (const std::system_error&) {
      if (!any) throw;
    }
  }
}

ProcessWorkers::~ProcessWorkers() {
  for (Worker& worker : workers_) stop(worker);
}

void ProcessWorkers::start(Worker& worker) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair");
  const Descriptor low_own(ends[0]), low_child(ends[1]);
  // Above what programs take for standard streams, and never the number that the child's end gets:
  // a duplicate onto itself would close on exec.
  Descriptor own(::fcntl(low_own.get(), F_DUPFD_CLOEXEC, kWorkerSocket + 1));
  const Descriptor child(::fcntl(low_child.get(), F_DUPFD_CLOEXEC, kWorkerSocket + 1));
  if (own.get() < 0 || child.get() < 0) fail("fcntl");
  worker.process = spawn(program_, child.get());
  worker.socket = std::move(own);
}

// What it is at is of no use to anybody any more.
void ProcessWorkers::stop(Worker& worker) {
  if (worker.process == 0) return;
  worker.socket = Descriptor();
  ::kill(worker.process, SIGKILL);
  ::waitpid(worker.process, nullptr, 0);
}

void ProcessWorkers::submit(Ask ask) {
  waiting_.push_back(std::move(ask));
  for (Worker& worker : workers_) feed(worker);
}

void ProcessWorkers::feed(Worker& worker) {
  std::string bytes;
  if (worker.process == 0) return;
  if (worker.under_way.empty()) worker.last_sign = std::chrono::steady_clock::now();
  while (!waiting_.empty() && worker.under_way.size() < most_under_way(waiting_.front().work)) {
    worker.under_way.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    const Ask& ask = worker.under_way.back();
    bytes += framed(encode(ask, ask.context == worker.context));
    worker.context = ask.context;
  }
  send_all(worker.socket.get(), bytes);  // of a dead one we read the end
}

std::optional<Answer> ProcessWorkers::receive(bool wait) {
  while (answers_.empty()) {
    revive();
    std::vector<pollfd> sockets;
    bool busy = false;
    for (Worker& worker : workers_) {
      feed(worker);
      sockets.push_back({worker.socket.get(), POLLIN, 0});  // a negative one is passed over
      busy = busy || !worker.under_way.empty();
    }
    if (!busy) return std::nullopt;
    const int ready = ::poll(sockets.data(), sockets.size(), wait ? milliseconds_to_wait() : 0);
    if (ready < 0 && errno != EINTR) fail("poll");
    if (ready == 0 && !wait) return std::nullopt;
    kill_silent();
    for (std::size_t i = 0; ready > 0 && i < workers_.size(); ++i) {
      if (sockets[i].revents != 0) read(workers_[i]);
    }
  }
  Answer answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

void ProcessWorkers::read(Worker& worker) {
  int failed = 0;
  const bool more = receive_some(worker.socket.get(), worker.received, failed);
  take_messages(worker);
  if (more) {
    feed(worker);
  } else {
    bury(worker);
  }
}

void ProcessWorkers::take_messages(Worker& worker) {
  while (const auto message = take_message(worker.received)) {
    answers_.push_back(decode_answer(*message));
    if (answers_.back().is_last()) worker.under_way.pop_front();
    worker.last_sign = std::chrono::steady_clock::now();
  }
}

// Until the first of those that work has been silent for too long; what answers ends it earlier.
int ProcessWorkers::milliseconds_to_wait() const {
  const auto now = std::chrono::steady_clock::now();
  std::chrono::milliseconds least = longest_job_;
  for (const Worker& worker : workers_) {
    if (worker.under_way.empty()) continue;
    const auto left = worker.last_sign + longest_job_ - now;
    least = std::min(least, std::chrono::duration_cast<std::chrono::milliseconds>(left));
  }
  return static_cast<int>(std::max<std::int64_t>(least.count() + 1, 1));
}

// Their sockets end, and `read` finds them dead.
void ProcessWorkers::kill_silent() {
  const auto now = std::chrono::steady_clock::now();
  for (Worker& worker : workers_) {
    if (worker.under_way.empty() || now - worker.last_sign <= longest_job_) continue;
    worker.killed = true;
    ::kill(worker.process, SIGKILL);
  }
}

// It died of the first ask that it had not answered.
void ProcessWorkers::bury(Worker& worker) {
  std::string end = how_it_ended(worker.process);
  if (worker.killed) {
    end = fmt::format("was ended after {:g} s without an answer",
                      std::chrono::duration<double>(longest_job_).count());
  }
  std::deque<Ask> left = std::move(worker.under_way);
  worker = Worker();
  if (left.empty()) return;
  const Ask& suspect = left.front();
  if (!tried_.insert(suspect.ticket).second) {
    answers_.push_back({suspect.ticket,
                        fmt::format("two workers died while simulating it; the last one {}", end)});
    left.pop_front();
  }
  waiting_.insert(waiting_.begin(), left.begin(), left.end());
}

std::vector<pid_t> ProcessWorkers::processes() const {
  std::vector<pid_t> processes;
  for (const Worker& worker : workers_) processes.push_back(worker.process);
  return processes;
}

}  // namespace h4h::sim
