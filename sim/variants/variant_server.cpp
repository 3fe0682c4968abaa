#include "sim/variants/variant_server.hpp"

#include <chrono>
#include <fstream>
#include <utility>

#include "sim/job/wire.hpp"
#include "sim/variants/variant_wire.hpp"

namespace h4h::sim {
namespace {

// New results are sent to the first process when there are so many, and at least this often while
// some come: a worker that is killed loses no more, and one that sends is not taken for hanging.
constexpr std::size_t kMostUnsent = 1000;
constexpr std::chrono::seconds kSendInterval{1};

std::unique_ptr<CostStore> store_of(const VariantTask& task) {
  if (!task.store || task.machine.empty() || task.machine != this_machine()) return nullptr;
  try {
    return std::make_unique<CostStore>(CostStore::existing(*task.store));
  } catch (const DatabaseError&) {
    return nullptr;  // the first process opens the same file, and reports what is wrong with it
  }
}

class TaskServer : public VariantServer {
 public:
  explicit TaskServer(VariantTask task) : task_(std::move(task)), results_(store_of(task_)) {
    results_.hand_out([this](const StoredResult& result) { add(result); });
  }

  std::string run(std::string_view item, const Send& send) override {
    send_ = &send;
    sent_at_ = Clock::now();
    take_platform(item);
    const VariantPoint point = variant_point(*costs_, platform_, task_.networks, network_);
    return encode(VariantNews{std::move(unsent_), point});
  }

 private:
  using Clock = std::chrono::steady_clock;

  // Networks of one variant follow each other, and share the bounds of its layers.
  void take_platform(std::string_view item) {
    unsent_.clear();
    VariantAsk ask = decode_variant(item);
    if (ask.network >= task_.networks.networks.size()) throw WireError("no network of the task");
    network_ = ask.network;
    if (costs_ && ask.platform == platform_bytes_) return;
    costs_.reset();
    platform_ = decode_platform(ask.platform);
    platform_bytes_ = std::move(ask.platform);
    costs_ = std::make_unique<LayerCosts>(platform_.hardware, results_);
  }

  void add(const StoredResult& result) {
    if (task_.keep) unsent_.push_back(result);
    const Clock::time_point now = Clock::now();
    if (unsent_.size() < kMostUnsent && now - sent_at_ < kSendInterval) return;
    (*send_)(encode(VariantNews{std::exchange(unsent_, {}), std::nullopt}));
    sent_at_ = now;
  }

  VariantTask task_;
  JobResults results_;
  platforms::Platform platform_;
  std::string platform_bytes_;
  std::size_t network_ = 0;
  std::unique_ptr<LayerCosts> costs_;
  const Send* send_ = nullptr;
  Clock::time_point sent_at_{};
  std::vector<StoredResult> unsent_;
};

}  // namespace

std::unique_ptr<VariantServer> open_variant_server(std::string_view task) {
  return std::make_unique<TaskServer>(decode_task(task));
}

std::string this_machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace h4h::sim
