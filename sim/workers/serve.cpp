#include "sim/workers/serve.hpp"

#include <cstring>

#include "platforms/description/layer_hardware.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

constexpr char kSameHardware = '=', kNewHardware = 'h', kResult = 'r', kError = 'e';

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

std::string encode(const Ask& ask, bool same_hardware) {
  std::string bytes = bytes_of(ask.ticket);
  if (same_hardware) return bytes + kSameHardware + ask.job;
  return bytes + kNewHardware + bytes_of(kResultVersion) + bytes_of(ask.hardware.size()) +
         ask.hardware + ask.job;
}

std::string encode(const Answer& answer) {
  const std::string ticket = bytes_of(answer.ticket);
  if (const auto* error = std::get_if<std::string>(&answer.result)) return ticket + kError + *error;
  return ticket + kResult + encode(std::get<JobResult>(answer.result));
}

Answer decode_answer(std::string_view bytes) {
  const std::uint64_t ticket = take_number(bytes);
  if (take_kind(bytes) == kError) return {ticket, std::string(bytes)};
  return {ticket, decode_result(bytes)};
}

std::string Server::answer(std::string_view bytes) {
  const std::uint64_t ticket = take_number(bytes);
  if (take_kind(bytes) == kNewHardware) {
    session_.reset();
    same_model_ = take_number(bytes) == kResultVersion;
    hardware_ = take(bytes, take_number(bytes));
  }
  if (!same_model_) return encode(Answer{ticket, "the worker is of another version of h4h"});
  return encode(Answer{ticket, simulate(bytes)});
}

std::variant<JobResult, std::string> Server::simulate(std::string_view bytes) {
  try {
    const LayerJob job = decode_job(bytes);
    if (!session_) session_ = std::make_unique<Session>(platforms::hardware_of(hardware_));
    return session_->run(job);
  } catch (const std::exception& error) {
    session_.reset();                        // after NoProgress it is of no further use
    constexpr std::size_t kMostText = 1000;  // answers stay small enough to be sent at once
    return std::string(error.what()).substr(0, kMostText);
  }
}

}  // namespace h4h::sim
