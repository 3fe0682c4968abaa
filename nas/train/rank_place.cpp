#include "nas/train/rank_place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "base/text/number.hpp"

namespace h4h::nas {
namespace {

constexpr std::int64_t kMostRanks = 65'536;
constexpr std::uint16_t kTorchPort = 29'500;  // torchrun's default

// The variables of a launcher, with their names in messages.
class Reader {
 public:
  explicit Reader(const Variables& variables) : variables_(variables) {}

  bool has(const char* name) const { return variables_(name).has_value(); }
  std::string text(const char* name) const { return variables_(name).value_or(""); }

  std::int64_t number(const char* name, std::int64_t low, std::int64_t high) const {
    const std::optional<std::string> value = variables_(name);
    if (!value) {
      throw std::invalid_argument(fmt::format("environment variable {} is missing", name));
    }
    const auto number = parse_number<std::int64_t>(*value);
    if (number && *number >= low && *number <= high) return *number;
    throw std::invalid_argument(
        fmt::format("environment variable {} must be {}..{}, not '{}'", name, low, high, *value));
  }
  std::int64_t number_or(const char* name, std::int64_t low, std::int64_t high,
                         std::int64_t otherwise) const {
    return has(name) ? number(name, low, high) : otherwise;
  }

 private:
  const Variables& variables_;
};

// The names of what every launcher tells.
struct Names {
  const char *rank, *size, *local_rank, *local_size;
};

constexpr Names kTorch{"RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"};
constexpr Names kOpenMpi{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                         "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"};
constexpr Names kPmi{"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"};
constexpr Names kSlurm{"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr};

RankPlace counted(const Reader& reader, const Names& names) {
  RankPlace place;
  place.size = reader.number(names.size, 1, kMostRanks);
  place.rank = reader.number(names.rank, 0, place.size - 1);
  place.local_rank = reader.number_or(names.local_rank, 0, place.size - 1, place.rank);
  if (names.local_size != nullptr) {
    place.local_size = reader.number_or(names.local_size, 1, place.size, 1);
  }
  return place;
}

std::uint16_t port(const Reader& reader, std::int64_t otherwise) {
  return static_cast<std::uint16_t>(reader.number_or("MASTER_PORT", 1, 65'535, otherwise));
}

// Ranks on one machine meet under `job`, those on several at an address that only the user knows.
RankPlace met(const Reader& reader, RankPlace place, const std::string& job,
              const std::string& how) {
  place.address = reader.text("MASTER_ADDR");
  place.port = port(reader, kTorchPort);
  if (!place.address.empty()) return place;
  if (place.local_size < place.size) {
    throw std::invalid_argument(fmt::format(
        "ranks on several machines: set environment variable MASTER_ADDR to the name or address of "
        "rank 0's machine{}",
        how));
  }
  place.job = job;
  return place;
}

RankPlace of_torch(const Reader& reader) {
  RankPlace place = counted(reader, kTorch);
  if (place.size == 1) return place;
  place.address = reader.text("MASTER_ADDR");
  if (place.address.empty()) {
    throw std::invalid_argument("environment variable MASTER_ADDR is missing");
  }
  place.port = port(reader, kTorchPort);
  place.job = "torch-" + reader.text("TORCHELASTIC_RESTART_COUNT");
  place.store_is_there = reader.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
  return place;
}

RankPlace of_slurm(const Reader& reader) {
  RankPlace place = counted(reader, kSlurm);
  const std::int64_t job = reader.number_or("SLURM_JOB_ID", 0, INT64_MAX, 0);
  const std::int64_t nodes = reader.number_or("SLURM_STEP_NUM_NODES", 1, place.size, 1);
  if (nodes == 1) {
    place.local_size = place.size;
    return met(reader, place, fmt::format("slurm-{}.{}", job, reader.text("SLURM_STEP_ID")), "");
  }
  // Ports that are neither well known nor given to clients.
  constexpr std::int64_t kFirstPort = 15'000, kPorts = 15'000;
  place.address = reader.has("MASTER_ADDR") ? reader.text("MASTER_ADDR")
                                            : first_host(reader.text("SLURM_STEP_NODELIST"));
  place.port = port(reader, kFirstPort + job % kPorts);
  if (place.address.empty()) {
    throw std::invalid_argument("environment variable SLURM_STEP_NODELIST is missing");
  }
  return place;
}

bool is_of_slurm(const Reader& reader) {
  const bool started = reader.has(kSlurm.rank) && reader.has(kSlurm.size);
  if (!started || !reader.has(kPmi.size)) return started;
  // MPICH's mpirun starts its helpers by srun; with PMI of srun's own both say the same.
  return reader.text(kSlurm.size) == reader.text(kPmi.size) &&
         reader.text(kSlurm.rank) == reader.text(kPmi.rank);
}

}  // namespace

RankPlace rank_place(const Variables& variables, std::int64_t parent) {
  const Reader reader(variables);
  if (reader.has(kTorch.size)) return of_torch(reader);
  if (reader.has(kOpenMpi.size)) {
    return met(reader, counted(reader, kOpenMpi),
               fmt::format("openmpi-{}-{}", reader.text("PMIX_NAMESPACE"),
                           reader.text("OMPI_MCA_ess_base_jobid")),
               " (mpirun -x MASTER_ADDR=NAME)");
  }
  if (is_of_slurm(reader)) return of_slurm(reader);
  if (reader.has(kPmi.size)) {
    return met(reader, counted(reader, kPmi), fmt::format("pmi-{}", parent),
               " (mpirun -genv MASTER_ADDR NAME)");
  }
  return {};
}

RankPlace rank_place() {
  const auto variable = [](const char* name) -> std::optional<std::string> {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  return rank_place(variable, ::getppid());
}

std::string first_host(std::string_view list) {
  const std::size_t open = list.find('['), comma = list.find(',');
  if (open == std::string_view::npos || comma < open) return std::string(list.substr(0, comma));
  const std::size_t close = list.find(']', open);
  if (close == std::string_view::npos) return {};
  const std::string_view inside = list.substr(open + 1, close - open - 1);
  const std::string_view rest = list.substr(close + 1);
  return std::string(list.substr(0, open)) +
         std::string(inside.substr(0, inside.find_first_of("-,"))) +
         std::string(rest.substr(0, rest.find(',')));
}

}  // namespace h4h::nas
