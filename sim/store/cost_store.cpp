#include "sim/store/cost_store.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "platforms/description/fnv1a.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr std::size_t kMostUnstored = 1000;
constexpr std::size_t kSumBytes = 8;

// SQLite does not see every flipped bit; results carry a sum of their own.
std::string sum_of(std::string_view job, std::string_view result) {
  std::uint64_t sum = platforms::fnv1a(std::string(job) + std::string(result));
  std::string bytes;
  for (std::size_t i = 0; i < kSumBytes; ++i, sum >>= 8) bytes += static_cast<char>(sum & 0xff);
  return bytes;
}

std::string sealed(const std::string& job, const JobResult& result) {
  const std::string bytes = encode(result);
  return bytes + sum_of(job, bytes);
}

JobResult unsealed(const std::string& job, const std::string& bytes) {
  const std::size_t end = bytes.size() < kSumBytes ? 0 : bytes.size() - kSumBytes;
  const std::string_view result = std::string_view(bytes).substr(0, end);
  if (end == 0 || sum_of(job, result) != bytes.substr(end)) {
    throw DatabaseError("a stored result is damaged");
  }
  try {
    return decode_result(result);
  } catch (const WireError& error) {
    throw DatabaseError(fmt::format("a stored result cannot be read: {}", error.what()));
  }
}

// A new file gets its tables; one of somebody else's is left alone.
void create_tables(const Database& database) {
  Transaction all(database);
  const std::int64_t format = database.number("PRAGMA user_version");
  if (format == kFormat) return;  // another process was faster
  if (format != 0 || database.number("SELECT count(*) FROM sqlite_master") != 0) {
    throw DatabaseError("is not a cache of this version of h4h");
  }
  database.run(
      "CREATE TABLE sets (id INTEGER PRIMARY KEY, model INTEGER NOT NULL, hardware BLOB NOT NULL, "
      "UNIQUE (model, hardware))");
  database.run(
      "CREATE TABLE results (set_id INTEGER NOT NULL, job BLOB NOT NULL, result BLOB NOT NULL, "
      "PRIMARY KEY (set_id, job)) WITHOUT ROWID");
  database.run(fmt::format("PRAGMA user_version={}", kFormat));
  all.commit();
}

Database with_tables(Database database) {
  if (database.number("PRAGMA user_version") != kFormat) create_tables(database);
  return database;
}

}  // namespace

CostStore::Open::Open(Database opened)
    : database(with_tables(std::move(opened))),
      find(database.prepare("SELECT result FROM results WHERE set_id=?1 AND job=?2")),
      put(database.prepare("INSERT OR IGNORE INTO results VALUES (?1, ?2, ?3)")) {}

CostStore::CostStore(fs::path file, std::chrono::milliseconds patience) : file_(std::move(file)) {
  try {
    std::error_code ignored;  // SQLite says what is wrong then
    fs::create_directories(file_.parent_path(), ignored);
    open_ = std::make_unique<Open>(Database(file_, Database::Mode::create, patience));
  } catch (const DatabaseError& error) {
    problem_ = error.what();
  }
}

CostStore::CostStore(fs::path file, std::unique_ptr<Open> open)
    : file_(std::move(file)), open_(std::move(open)) {}

CostStore CostStore::existing(const fs::path& file) {
  return {file, std::make_unique<Open>(Database(file, Database::Mode::existing))};
}

CostStore::~CostStore() { flush(); }

template <typename Action>
auto CostStore::guarded(Action action) -> std::optional<decltype(action(std::declval<Open&>()))> {
  if (!open_) return std::nullopt;
  try {
    return action(*open_);
  } catch (const DatabaseError& error) {
    problem_ = error.what();
    open_.reset();
    return std::nullopt;
  }
}

std::int64_t CostStore::set_of(const std::string& hardware) {
  const auto known = ids_.find(hardware);
  if (known != ids_.end()) return known->second;
  const auto id = guarded([&](Open& open) {
    const auto look = [&] {
      Statement find = open.database.prepare("SELECT id FROM sets WHERE model=?1 AND hardware=?2");
      find.bind(1, kModelVersion).bind(2, hardware);
      return find.step() ? find.number(0) : 0;
    };
    if (const std::int64_t found = look(); found != 0) return found;
    Statement add =
        open.database.prepare("INSERT OR IGNORE INTO sets (model, hardware) VALUES (?1, ?2)");
    add.bind(1, kModelVersion).bind(2, hardware).run();
    return look();
  });
  return ids_[hardware] = id.value_or(0);
}

std::optional<JobResult> CostStore::find(std::int64_t set, const std::string& job) {
  const auto found = guarded([&](Open& open) -> std::optional<JobResult> {
    open.find.reset();
    open.find.bind(1, set).bind(2, job);
    std::optional<JobResult> result;
    if (open.find.step()) result = unsealed(job, open.find.bytes(0));
    open.find.reset();
    return result;
  });
  return found.value_or(std::nullopt);
}

void CostStore::put(std::int64_t set, const std::string& job, const JobResult& result) {
  if (!open_) return;
  unstored_.push_back({{set, job}, sealed(job, result)});
  if (unstored_.size() >= kMostUnstored) flush();
}

bool CostStore::flush() {
  if (unstored_.empty()) return open_ != nullptr;
  const auto stored = guarded([&](Open& open) {
    Transaction all(open.database);
    for (const auto& [key, result] : unstored_) {
      open.put.reset();
      open.put.bind(1, key.first).bind(2, key.second).bind(3, result).run();
    }
    all.commit();
    return true;
  });
  unstored_.clear();
  return stored.has_value();
}

std::vector<StoredSet> CostStore::sets() const {
  Statement rows = open_->database.prepare(
      "SELECT id, model, hardware, (SELECT count(*) FROM results WHERE set_id=id) FROM sets "
      "ORDER BY id");
  std::vector<StoredSet> sets;
  while (rows.step())
    sets.push_back({rows.number(0), rows.number(1), rows.number(3), rows.bytes(2)});
  return sets;
}

std::vector<StoredResult> CostStore::sample(std::int64_t first, std::int64_t stride) const {
  Statement rows = open_->database.prepare(
      "SELECT set_id, job, result FROM results WHERE set_id IN (SELECT id FROM sets WHERE "
      "model=?1) ORDER BY set_id, job");
  rows.bind(1, kModelVersion);
  std::vector<StoredResult> results;
  for (std::int64_t i = 0; rows.step(); ++i) {
    if (i < first || (i - first) % stride != 0) continue;
    const std::string job = rows.bytes(1);
    results.push_back({rows.number(0), job, unsealed(job, rows.bytes(2))});
  }
  return results;
}

void CostStore::clear(bool old_models_only) {
  const std::string which =
      old_models_only ? fmt::format(" WHERE model<>{}", kModelVersion) : std::string();
  {
    Transaction all(open_->database);
    open_->database.run("DELETE FROM results WHERE set_id IN (SELECT id FROM sets" + which + ")");
    open_->database.run("DELETE FROM sets" + which);
    all.commit();
  }
  ids_.clear();
  open_->database.run("VACUUM");
}

std::int64_t CostStore::merge(const fs::path& other) {
  { const CostStore check = existing(other); }  // is one
  const Database& database = open_->database;
  Statement attach = database.prepare("ATTACH ?1 AS other");
  const std::string name = other.string();
  attach.bind(1, std::string_view(name)).run();
  Transaction all(database);
  const std::string here =
      "FROM other.results r JOIN other.sets o ON o.id=r.set_id JOIN main.sets s ON "
      "s.model=o.model AND s.hardware=o.hardware ";
  database.run(
      "INSERT OR IGNORE INTO main.sets (model, hardware) SELECT model, hardware FROM "
      "other.sets");
  const std::int64_t contradictions = database.number(
      "SELECT count(*) " + here +
      "JOIN main.results m ON m.set_id=s.id AND m.job=r.job WHERE m.result<>r.result");
  if (contradictions > 0) {
    throw DatabaseError(fmt::format("{} results contradict those of {}", contradictions, name));
  }
  const std::int64_t before = database.number("SELECT count(*) FROM main.results");
  database.run("INSERT OR IGNORE INTO main.results SELECT s.id, r.job, r.result " + here);
  const std::int64_t after = database.number("SELECT count(*) FROM main.results");
  all.commit();
  database.run("DETACH other");
  return after - before;
}

std::optional<std::string> CostStore::damage() const {
  Statement check = open_->database.prepare("PRAGMA integrity_check(1)");
  check.step();
  const std::string said = check.bytes(0);
  if (said != "ok") return said;
  return std::nullopt;
}

std::optional<fs::path> default_store() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return fs::path(cache) / "h4h/costs.sqlite";
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return fs::path(home) / ".cache/h4h/costs.sqlite";
  return std::nullopt;
}

}  // namespace h4h::sim
