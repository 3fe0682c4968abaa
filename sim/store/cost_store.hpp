#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/job/layer_job.hpp"
#include "sim/store/sqlite.hpp"

namespace h4h::sim {

// Of one hardware and one version of the model and of the wire format.
struct StoredSet {
  std::int64_t id = 0;
  std::int64_t model = 0;  // kResultVersion where this program made it
  std::int64_t results = 0;
  std::string hardware;  // platforms::layer_text
};

struct StoredResult {
  std::string hardware;
  std::string job;  // encoded
  JobResult result;
};

// Results of layer jobs in a file that processes of one machine share. What `put` took is stored
// when `flush` returns true, and then for good. A file that fails (locked, full, corrupt) fails for
// reading too: the store answers nothing from then on, and `problem` says what happened. One that
// this user must not write is read; nothing is added, which is a problem once there is something.
class CostStore {
 public:
  // Creates the file and its folders where they are missing. Does not throw: see `problem`.
  explicit CostStore(std::filesystem::path file, std::chrono::milliseconds patience = kPatience);
  // A file that must be there. Throws DatabaseError.
  static CostStore existing(const std::filesystem::path& file);
  ~CostStore();
  CostStore(CostStore&&) = default;
  CostStore(const CostStore&) = delete;
  CostStore& operator=(const CostStore&) = delete;
  CostStore& operator=(CostStore&&) = delete;

  // Of this version of the model.
  std::optional<JobResult> find(const std::string& hardware, const std::string& job);
  void put(const std::string& hardware, const std::string& job, const JobResult& result);
  bool flush();

  const std::filesystem::path& file() const { return file_; }
  const std::optional<std::string>& problem() const { return problem_; }

  // For `h4h cache`. Throw DatabaseError.
  std::vector<StoredSet> sets() const;
  // Every `stride`th result of this version of the model, from the `first`th on.
  std::vector<StoredResult> sample(std::int64_t first, std::int64_t stride) const;
  void clear(bool old_models_only);
  // Adds what another file holds; returns how many results were new. Refuses all of a file of which
  // something is damaged or contradicts.
  std::int64_t merge(const std::filesystem::path& other);
  // What SQLite finds wrong with the file; nullopt where nothing.
  std::optional<std::string> damage() const;

 private:
  struct Open {
    explicit Open(Database opened);
    Database database;
    Statement find_set, find, put;
    std::map<std::string, std::int64_t> ids;  // of sets, by hardware
  };
  CostStore(std::filesystem::path file, std::unique_ptr<Open> open, bool read_only);

  template <typename Action>
  auto guarded(Action action) -> std::optional<decltype(action(std::declval<Open&>()))>;

  std::filesystem::path file_;
  std::unique_ptr<Open> open_;  // null after a problem
  bool read_only_ = false;
  std::optional<std::string> problem_;
  std::vector<StoredResult> unstored_;
};

// $XDG_CACHE_HOME/h4h/costs.sqlite, or ~/.cache in its place; nullopt without $HOME.
std::optional<std::filesystem::path> default_store();

}  // namespace h4h::sim
