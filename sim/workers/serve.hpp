#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/session/session.hpp"
#include "sim/workers/workers.hpp"

namespace h4h::sim {

// Bytes of asks and answers as they travel; an ask leaves its hardware out where it is that of the
// one before on the same way. Decoding throws WireError.
std::string encode(const Ask& ask, bool same_hardware);
std::string encode(const Answer& answer);
Answer decode_answer(std::string_view bytes);

// One worker's side: asks in, answers out, the chip elaborated once for each run of asks with the
// same hardware.
class Server {
 public:
  // Throws WireError for bytes that are no ask; a job that fails is an answer.
  std::string answer(std::string_view ask);

 private:
  std::variant<JobResult, std::string> simulate(std::string_view job);

  bool same_model_ = false;
  std::string hardware_;
  std::unique_ptr<Session> session_;
};

}  // namespace h4h::sim
