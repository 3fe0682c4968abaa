#include "tools/h4h-mpi/rank_workers.hpp"

#include <mpi.h>

#include <algorithm>

namespace h4h::tools {
namespace {

constexpr int kFirst = 0;
constexpr int kWork = 1, kStop = 2;  // tags

void send(const std::string& bytes, int rank, int tag) {
  MPI_Send(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, rank, tag, MPI_COMM_WORLD);
}

std::string receive_from(const MPI_Status& probed) {
  int size = 0;
  MPI_Get_count(&probed, MPI_BYTE, &size);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  MPI_Recv(bytes.data(), size, MPI_BYTE, probed.MPI_SOURCE, probed.MPI_TAG, MPI_COMM_WORLD,
           MPI_STATUS_IGNORE);
  return bytes;
}

}  // namespace

RankWorkers::RankWorkers(int ranks) {
  for (int number = 1; number < ranks; ++number) ranks_.push_back({number, 0, {}});
}

void RankWorkers::submit(sim::Ask ask) {
  waiting_.push_back(std::move(ask));
  feed(*std::min_element(ranks_.begin(), ranks_.end(),
                         [](const Rank& a, const Rank& b) { return a.under_way < b.under_way; }));
}

void RankWorkers::feed(Rank& rank) {
  while (!waiting_.empty() && rank.under_way < sim::most_under_way(waiting_.front().work)) {
    const sim::Ask ask = std::move(waiting_.front());
    waiting_.pop_front();
    send(sim::encode(ask, ask.context == rank.context), rank.number, kWork);
    rank.context = ask.context;
    ++rank.under_way;
  }
}

std::optional<sim::Answer> RankWorkers::receive(bool wait) {
  const bool busy = std::any_of(ranks_.begin(), ranks_.end(),
                                [](const Rank& rank) { return rank.under_way > 0; });
  if (!busy) return std::nullopt;
  MPI_Status status{};
  int there = 1;
  if (wait) {
    MPI_Probe(MPI_ANY_SOURCE, kWork, MPI_COMM_WORLD, &status);
  } else {
    MPI_Iprobe(MPI_ANY_SOURCE, kWork, MPI_COMM_WORLD, &there, &status);
  }
  if (there == 0) return std::nullopt;
  const sim::Answer answer = sim::decode_answer(receive_from(status));
  Rank& rank = ranks_.at(static_cast<std::size_t>(status.MPI_SOURCE - 1));
  if (answer.is_last()) --rank.under_way;
  feed(rank);
  return answer;
}

void serve_first_rank(sim::OpenVariants open) {
  sim::Server server(open);
  const auto reply = [](const std::string& answer) { send(answer, kFirst, kWork); };
  while (true) {
    MPI_Status status{};
    MPI_Probe(kFirst, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
    const std::string ask = receive_from(status);
    if (status.MPI_TAG == kStop) return;
    server.answer(ask, reply);
  }
}

void stop_ranks(int ranks) {
  for (int number = 1; number < ranks; ++number) send({}, number, kStop);
}

}  // namespace h4h::tools
