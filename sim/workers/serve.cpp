#include "sim/workers/serve.hpp"

#include <cstring>

#include "platforms/description/layer_hardware.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

constexpr char kSame = '=', kHardware = 'h', kVariants = 'v';  // the context of an ask
constexpr char kResult = 'r', kError = 'e', kPart = 'p', kLast = 'l';

std::string bytes_of(std::uint64_t number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);  // both sides are of one kind of machine
  return bytes;
}

std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  if (bytes.size() < sizeof number) throw WireError("a message is cut short");
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

char take_kind(std::string_view& bytes) {
  if (bytes.empty()) throw WireError("a message is empty");
  const char kind = bytes.front();
  bytes.remove_prefix(1);
  return kind;
}

std::string_view take(std::string_view& bytes, std::size_t size) {
  if (bytes.size() < size) throw WireError("a message is cut short");
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

}  // namespace

std::string encode(const Ask& ask, bool same_context) {
  std::string bytes = bytes_of(ask.ticket);
  if (same_context) return bytes + kSame + ask.item;
  return bytes + (ask.work == Work::job ? kHardware : kVariants) + bytes_of(kResultVersion) +
         bytes_of(ask.context.size()) + ask.context + ask.item;
}

std::string encode(const Answer& answer) {
  const std::string ticket = bytes_of(answer.ticket);
  if (const auto* error = std::get_if<std::string>(&answer.result)) return ticket + kError + *error;
  if (const auto* part = std::get_if<Part>(&answer.result)) {
    return ticket + (part->last ? kLast : kPart) + part->bytes;
  }
  return ticket + kResult + encode(std::get<JobResult>(answer.result));
}

Answer decode_answer(std::string_view bytes) {
  const std::uint64_t ticket = take_number(bytes);
  const char kind = take_kind(bytes);
  if (kind == kError) return {ticket, std::string(bytes)};
  if (kind == kPart || kind == kLast) return {ticket, Part{std::string(bytes), kind == kLast}};
  return {ticket, decode_result(bytes)};
}

void Server::answer(std::string_view bytes, const Send& send) {
  const std::uint64_t ticket = take_number(bytes);
  const char kind = take_kind(bytes);
  if (kind != kSame) {
    session_.reset();
    variants_.reset();
    context_.work = kind == kVariants ? Work::variant : Work::job;
    context_.same_model = take_number(bytes) == kResultVersion;
    context_.bytes = take(bytes, take_number(bytes));
  }
  const bool other = !context_.same_model;
  send(encode(other ? Answer{ticket, "the worker is of another version of h4h"}
                    : work(ticket, bytes, send)));
}

Answer Server::work(std::uint64_t ticket, std::string_view item, const Send& send) {
  const bool of_job = context_.work == Work::job;
  try {
    if (of_job) {
      const LayerJob job = decode_job(item);
      if (!session_) {
        session_ = std::make_unique<Session>(platforms::hardware_of(context_.bytes));
      }
      return {ticket, session_->run(job)};
    }
    if (!variants_) variants_ = open_(context_.bytes);
    const auto send_part = [&](std::string part) { send(encode({ticket, Part{part, false}})); };
    return {ticket, Part{variants_->run(item, send_part)}};
  } catch (const std::exception& error) {
    session_.reset();  // after NoProgress it is of no further use
    // Answers to jobs stay small enough to be sent at once.
    const std::size_t most_text = of_job ? 1000 : 100'000;
    return {ticket, std::string(error.what()).substr(0, most_text)};
  }
}

}  // namespace h4h::sim
