#include "nas/train/rendezvous.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "base/text/hash.hpp"

namespace h4h::nas {
namespace {

using Clock = std::chrono::steady_clock;

// A name that begins with a zero byte is none of a file.
struct Address {
  sockaddr_un name{};
  socklen_t length = 0;

  explicit Address(const std::string& job) {
    const std::string text = fmt::format("h4h-ranks-{}-{}", ::getuid(), text_hash(job));
    name.sun_family = AF_UNIX;
    std::copy(text.begin(), text.end(), name.sun_path + 1);
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(fmt::format("ranks of one machine: {}: {}", what, std::strerror(errno)));
}

int made_socket() {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) fail("cannot make a socket");
  return made;
}

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

PortOffer::PortOffer(const std::string& job) : socket_(made_socket()) {
  const Address address(job);
  if (::bind(socket_, address.get(), address.length) == 0 && ::listen(socket_, SOMAXCONN) == 0) {
    return;
  }
  const int error = errno;
  ::close(socket_);
  errno = error;
  fail(error == EADDRINUSE ? "another job has the same name" : "cannot listen");
}

PortOffer::~PortOffer() { ::close(socket_); }

void PortOffer::tell(std::uint16_t port, std::int64_t count, std::chrono::seconds time) {
  const Clock::time_point end = Clock::now() + time;
  for (std::int64_t told = 0; told < count;) {
    pollfd waiting{socket_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, milliseconds_until(end));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      throw std::runtime_error(fmt::format("{} of {} other ranks have not started within {} s",
                                           count - told, count, time.count()));
    }
    const int other = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (other < 0) continue;
    if (::send(other, &port, sizeof port, MSG_NOSIGNAL) == sizeof port) ++told;
    ::close(other);
  }
}

std::uint16_t ask_for_port(const std::string& job, std::chrono::seconds time) {
  const Address address(job);
  const Clock::time_point end = Clock::now() + time;
  while (Clock::now() < end) {
    const int other = made_socket();
    std::uint16_t port = 0;
    const bool told = ::connect(other, address.get(), address.length) == 0 &&
                      ::recv(other, &port, sizeof port, MSG_WAITALL) == sizeof port;
    ::close(other);
    if (told) return port;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error(fmt::format("rank 0 has not started within {} s", time.count()));
}

}  // namespace h4h::nas
