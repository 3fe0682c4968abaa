#include "tools/h4h-nas/data_options.hpp"

#include <algorithm>
#include <thread>

#include "sim/store/cost_store.hpp"
#include "tools/h4h/message.hpp"

namespace h4h::tools {

int default_loader_threads(std::int64_t processes) {
  constexpr std::int64_t kMost = 64;
  const std::int64_t processors = std::thread::hardware_concurrency();
  return static_cast<int>(std::clamp<std::int64_t>(processors / processes, 1, kMost));
}

nas::OpenOptions open_options(int threads) {
  nas::OpenOptions options;
  options.threads = threads;
  if (const auto store = sim::default_store()) options.cache = store->parent_path() / "images";
  options.warn = [](const std::string& text) { print_message("h4h-nas: warning: " + text); };
  return options;
}

}  // namespace h4h::tools
