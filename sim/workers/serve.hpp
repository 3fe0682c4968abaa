#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/session/session.hpp"
#include "sim/workers/workers.hpp"

namespace h4h::sim {

// Bytes of asks and answers as they travel; an ask leaves its context out where it is that of the
// one before on the same way. Decoding throws WireError.
std::string encode(const Ask& ask, bool same_context);
std::string encode(const Answer& answer);
Answer decode_answer(std::string_view bytes);

// Works on variants of one context.
class VariantServer {
 public:
  using Send = std::function<void(std::string part)>;

  virtual ~VariantServer() = default;
  // The last part of the answer; `send` is given those before. What it throws is the answer.
  virtual std::string run(std::string_view item, const Send& send) = 0;
};
// Throws for bytes that are no context. The server of variants is above this module: programs hand
// it in (open_variant_server).
using OpenVariants = std::unique_ptr<VariantServer> (*)(std::string_view context);

// One worker's side: asks in, answers out, the chip elaborated once for each run of asks with the
// same context.
class Server {
 public:
  using Send = std::function<void(const std::string& answer)>;

  explicit Server(OpenVariants open) : open_(open) {}

  // Throws WireError for bytes that are no ask, and what `send` throws; work that fails is an
  // answer.
  void answer(std::string_view ask, const Send& send);

 private:
  struct Context {
    Work work = Work::job;
    bool same_model = false;
    std::string bytes;
  };

  Answer work(std::uint64_t ticket, std::string_view item, const Send& send);

  OpenVariants open_;
  Context context_;
  std::unique_ptr<Session> session_;         // of jobs
  std::unique_ptr<VariantServer> variants_;  // of variants
};

}  // namespace h4h::sim
