#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace h4h::nas {

// How ranks on one machine learn the port of rank 0: by a Unix socket in Linux's abstract
// namespace, of which nothing is left when its process ends, however it ends.
class PortOffer {
 public:
  // Under a name that no other job has. Throws std::runtime_error, also where another process
  // offers under it.
  explicit PortOffer(const std::string& job);
  ~PortOffer();
  PortOffer(const PortOffer&) = delete;
  PortOffer& operator=(const PortOffer&) = delete;

  // Tells `count` processes. Throws std::runtime_error where fewer have asked in time.
  void tell(std::uint16_t port, std::int64_t count, std::chrono::seconds time);

 private:
  int socket_ = -1;
};

// The port that is offered, waited for. Throws std::runtime_error where there is none in time.
std::uint16_t ask_for_port(const std::string& job, std::chrono::seconds time);

}  // namespace h4h::nas
