#include "nas/train/ranks.hpp"

#include <fmt/format.h>

#if defined(H4H_WITH_GLOO)
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if defined(H4H_WITH_NCCL)
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "nas/train/rendezvous.hpp"

namespace h4h::nas {

#if defined(H4H_WITH_GLOO)

namespace {

constexpr std::chrono::minutes kJoin{5}, kExchange{30};
constexpr std::chrono::hours kWork{24 * 365};  // of rank 0, while others wait
constexpr const char* kThisMachine = "127.0.0.1";

using StorePointer = c10::intrusive_ptr<c10d::Store>;

StorePointer tcp_store(const std::string& host, const c10d::TCPStoreOptions& options) {
  return c10::make_intrusive<c10d::TCPStore>(host, options);
}

// LibTorch 2 serves by libuv unless told not to; Debian's has no libuv.
template <typename Options>
auto serve_without_libuv(Options& options, int) -> decltype(options.useLibUV, void()) {
  options.useLibUV = false;
}
template <typename Options>
void serve_without_libuv(Options&, long) {}

c10d::TCPStoreOptions store_options(const RankPlace& place) {
  c10d::TCPStoreOptions options;
  options.port = place.port;
  options.isServer = place.rank == 0 && !place.store_is_there;
  options.waitWorkers = false;  // the group waits
  options.timeout = kJoin;
  serve_without_libuv(options, 0);
  return options;
}

// On a port that is free.
StorePointer local_store(const RankPlace& place) {
  c10d::TCPStoreOptions options = store_options(place);
  if (place.rank > 0) {
    options.port = ask_for_port(place.job, kJoin);
    return tcp_store(kThisMachine, options);
  }
  PortOffer offer(place.job);
  options.port = 0;
  const auto store = c10::make_intrusive<c10d::TCPStore>(kThisMachine, options);
  offer.tell(static_cast<std::uint16_t>(store->getPort()), place.size - 1, kJoin);
  return store;
}

StorePointer store_of(const RankPlace& place) {
  if (place.address.empty()) return local_store(place);
  return tcp_store(place.address, store_options(place));
}

auto device_of(const RankPlace& place) {
  using Gloo = c10d::ProcessGroupGloo;
  if (place.address.empty()) return Gloo::createDeviceForHostname(kThisMachine);
  // As in PyTorch.
  const char* const interface = std::getenv("GLOO_SOCKET_IFNAME");
  return interface == nullptr ? Gloo::createDefaultDevice()
                              : Gloo::createDeviceForInterface(interface);
}

// LibTorch 1.13 has one time for all exchanges of a group.
c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo(const StorePointer& store, const RankPlace& place,
                                                const char* name, std::chrono::milliseconds time) {
  const auto options = c10d::ProcessGroupGloo::Options::create(time);
  options->devices.push_back(device_of(place));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(
      c10::make_intrusive<c10d::PrefixStore>(place.job + name, store), static_cast<int>(place.rank),
      static_cast<int>(place.size), options);
}

// The first line, of which only the first is about what happened.
std::string first_line(const std::exception& error) {
  const auto* const of_torch = dynamic_cast<const c10::Error*>(&error);
  const std::string_view text =
      of_torch == nullptr ? error.what() : of_torch->what_without_backtrace();
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

struct Ranks::Group {
  explicit Group(const RankPlace& place)
      : store(store_of(place)),
        cpu(gloo(store, place, "/exchange", kExchange)),
        patient(gloo(store, place, "/work", kWork)) {
#if defined(H4H_WITH_NCCL)
    cuda = c10::make_intrusive<c10d::ProcessGroupNCCL>(
        c10::make_intrusive<c10d::PrefixStore>(place.job + "/nccl", store),
        static_cast<int>(place.rank), static_cast<int>(place.size));
#endif
  }

  void sum(const torch::Tensor& values, Patience patience) {
    std::vector<torch::Tensor> all{values};
    if (values.is_cpu()) {
      (patience == Patience::work ? patient : cpu)->allreduce(all)->wait();
      return;
    }
#if defined(H4H_WITH_NCCL)
    cuda->allreduce(all)->wait();
#else
    all = {values.to(torch::kCPU)};
    cpu->allreduce(all)->wait();
    values.copy_(all.front());
#endif
  }

  StorePointer store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> cpu, patient;
#if defined(H4H_WITH_NCCL)
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> cuda;
#endif
};

Ranks::Ranks(const RankPlace& place) : rank_(place.rank), size_(place.size) {
  if (alone()) return;
  try {
    group_ = std::make_unique<Group>(place);
  } catch (const std::exception& error) {
    throw RanksError(fmt::format("cannot reach the other ranks: {}", first_line(error)));
  }
}

void Ranks::sum(const torch::Tensor& values, Patience patience) const {
  if (alone()) return;
  try {
    group_->sum(values, patience);
  } catch (const std::exception& error) {
    throw RanksError(fmt::format("another rank has ended: {}", first_line(error)));
  }
}

void Ranks::broadcast(const torch::Tensor& values) const {
  try {
    std::vector<torch::Tensor> all{values};
    group_->patient->broadcast(all)->wait();
  } catch (const std::exception& error) {
    throw RanksError(fmt::format("another rank has ended: {}", first_line(error)));
  }
}

#else

struct Ranks::Group {};

Ranks::Ranks(const RankPlace& place) {
  if (place.size == 1) return;
  throw RanksError(
      fmt::format("this build works in one process, but {} were started: LibTorch's Gloo and "
                  "libgloo-dev were missing when it was built",
                  place.size));
}

void Ranks::sum(const torch::Tensor&, Patience) const {}
void Ranks::broadcast(const torch::Tensor&) const {}

#endif

Ranks::Ranks() = default;
Ranks::~Ranks() = default;

void Ranks::average(const std::vector<torch::Tensor>& tensors) const {
  if (alone() || tensors.empty()) return;
  const torch::NoGradGuard no_gradients;
  std::vector<torch::Tensor> flat;
  for (const torch::Tensor& tensor : tensors) flat.push_back(tensor.reshape({-1}));
  const torch::Tensor all = torch::cat(flat);
  sum(all);
  all.div_(static_cast<double>(size_));
  std::int64_t begin = 0;
  for (const torch::Tensor& tensor : tensors) {
    tensor.copy_(all.narrow(0, begin, tensor.numel()).view(tensor.sizes()));
    begin += tensor.numel();
  }
}

std::string Ranks::from_first(const std::function<std::string()>& make) const {
  if (alone()) return make();
  constexpr std::int64_t kFailed = -1;
  torch::Tensor size = torch::full({1}, kFailed, torch::kLong);
  std::string text;
  if (first()) {
    try {
      text = make();
    } catch (...) {
      broadcast(size);
      throw;
    }
    size.fill_(static_cast<std::int64_t>(text.size()));
  }
  broadcast(size);
  const auto count = size.item<std::int64_t>();
  if (count == kFailed) throw FirstRankFailed();
  text.resize(static_cast<std::size_t>(count));
  if (count > 0) broadcast(torch::from_blob(text.data(), {count}, torch::kByte));
  return text;
}

}  // namespace h4h::nas
