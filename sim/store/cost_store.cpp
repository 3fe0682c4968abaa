#include "sim/store/cost_store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text/hash.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 2;                   // of the tables
constexpr std::size_t kMostUnstored = 1000;  // results that a kill may lose
constexpr std::size_t kSumBytes = 8;         // of sum_of

// SQLite does not see every flipped bit; results carry a sum of their own, over all that they say.
std::string sum_of(const std::string& hardware, const std::string& job, std::string_view result) {
  std::uint64_t sum = fnv1a(hardware + job + std::string(result));
  std::string bytes;
  for (std::size_t i = 0; i < kSumBytes; ++i, sum >>= 8) bytes += static_cast<char>(sum & 0xff);
  return bytes;
}

std::string sealed(const StoredResult& stored) {
  const std::string bytes = encode(stored.result);
  return bytes + sum_of(stored.hardware, stored.job, bytes);
}

JobResult unsealed(const std::string& hardware, const std::string& job, const std::string& bytes) {
  const std::size_t end = bytes.size() < kSumBytes ? 0 : bytes.size() - kSumBytes;
  const std::string_view result = std::string_view(bytes).substr(0, end);
  if (end == 0 || sum_of(hardware, job, result) != bytes.substr(end)) {
    throw BrokenDatabase("a stored result is damaged");
  }
  try {
    return decode_result(result);
  } catch (const WireError& error) {
    throw BrokenDatabase(fmt::format("a stored result cannot be read: {}", error.what()));
  }
}

bool is_ours(const Database& database) { return database.number("PRAGMA user_version") == kFormat; }

// A new file gets its tables; one of somebody else's is left alone. Ids are never used twice: who
// remembers one of a set that was cleared finds nothing, not another chip's results.
void create_tables(const Database& database) {
  const auto is_empty = [&] {
    return database.number("PRAGMA user_version") == 0 &&
           database.number("SELECT count(*) FROM sqlite_master") == 0;
  };
  if (!is_empty() && !is_ours(database)) {
    throw DatabaseError("is not a cache of this version of h4h");
  }
  database.share();
  Transaction all(database);
  if (is_ours(database)) return;  // another process was faster
  if (!is_empty()) throw DatabaseError("is not a cache of this version of h4h");
  database.run(
      "CREATE TABLE sets (id INTEGER PRIMARY KEY AUTOINCREMENT, model INTEGER NOT NULL, "
      "hardware BLOB NOT NULL, UNIQUE (model, hardware))");
  database.run(
      "CREATE TABLE results (set_id INTEGER NOT NULL, job BLOB NOT NULL, result BLOB NOT NULL, "
      "PRIMARY KEY (set_id, job)) WITHOUT ROWID");
  database.run(fmt::format("PRAGMA user_version={}", kFormat));
  all.commit();
}

Database with_tables(Database database) {
  if (is_ours(database)) {
    database.share();
  } else {
    create_tables(database);
  }
  return database;
}

bool may_write(const fs::path& file) { return ::access(file.c_str(), W_OK) == 0; }

// Of somebody else's: a file or a directory that this user must not write.
bool is_read_only(const fs::path& file) {
  std::error_code ignored;
  const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  return fs::exists(file, ignored) && !(may_write(file) && may_write(folder));
}

Database checked(Database database) {
  if (!is_ours(database)) throw DatabaseError("is not a cache of this version of h4h");
  return database;
}

struct Opened {
  Database database;
  bool read_only;
};

// Where even readers would have to write, what others have written out is read as it is: results
// carry sums, so that a change meanwhile is found out.
Opened opened(const fs::path& file, Database::Mode mode, std::chrono::milliseconds patience) {
  try {
    Database database(file, mode, patience);
    if (database.is_read_only()) return {checked(std::move(database)), true};
    return {with_tables(std::move(database)), false};
  } catch (const BrokenDatabase&) {
    throw;
  } catch (const DatabaseError&) {
    if (!is_read_only(file)) throw;
  }
  return {checked(Database(file, Database::Mode::unchanging)), true};
}

// 0 where there is none.
std::int64_t id_of(Statement& find, const std::string& hardware) {
  find.reset();
  find.bind(1, kResultVersion).bind(2, hardware);
  const std::int64_t id = find.step() ? find.number(0) : 0;
  find.reset();
  return id;
}

void add_set(const Database& database, const std::string& hardware) {
  Statement add = database.prepare("INSERT OR IGNORE INTO sets (model, hardware) VALUES (?1, ?2)");
  add.bind(1, kResultVersion).bind(2, hardware).run();
}

}  // namespace

CostStore::Open::Open(Database opened)
    : database(std::move(opened)),
      find_set(database.prepare("SELECT id FROM sets WHERE model=?1 AND hardware=?2")),
      find(database.prepare("SELECT result FROM results WHERE set_id=?1 AND job=?2")),
      put(database.prepare("INSERT OR IGNORE INTO results VALUES (?1, ?2, ?3)")) {}

CostStore::CostStore(fs::path file, std::chrono::milliseconds patience) : file_(std::move(file)) {
  try {
    std::error_code ignored;  // SQLite says what is wrong then
    fs::create_directories(file_.parent_path(), ignored);
    Opened now = opened(file_, Database::Mode::create, patience);
    read_only_ = now.read_only;
    open_ = std::make_unique<Open>(std::move(now.database));
  } catch (const DatabaseError& error) {
    problem_ = error.what();
  }
}

CostStore::CostStore(fs::path file, std::unique_ptr<Open> open, bool read_only)
    : file_(std::move(file)), open_(std::move(open)), read_only_(read_only) {}

CostStore CostStore::existing(const fs::path& file) {
  Opened now = opened(file, Database::Mode::existing, kPatience);
  return {file, std::make_unique<Open>(std::move(now.database)), now.read_only};
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

std::optional<JobResult> CostStore::find(const std::string& hardware, const std::string& job) {
  const auto found = guarded([&](Open& open) -> std::optional<JobResult> {
    std::int64_t& id = open.ids[hardware];
    if (id == 0) id = id_of(open.find_set, hardware);
    if (id == 0) return std::nullopt;
    open.find.reset();
    open.find.bind(1, id).bind(2, job);
    std::optional<JobResult> result;
    if (open.find.step()) result = unsealed(hardware, job, open.find.bytes(0));
    open.find.reset();
    return result;
  });
  return found.value_or(std::nullopt);
}

void CostStore::put(const std::string& hardware, const std::string& job, const JobResult& result) {
  if (!open_) return;
  unstored_.push_back({hardware, job, result});
  if (unstored_.size() >= kMostUnstored) flush();
}

bool CostStore::flush() {
  if (unstored_.empty()) return open_ != nullptr && !problem_;
  if (open_ && read_only_) {
    problem_ = "may only be read by this user";
    unstored_.clear();
    return false;
  }
  const auto stored = guarded([&](Open& open) {
    Transaction all(open.database);
    open.ids.clear();  // somebody may have cleared the file
    for (const StoredResult& result : unstored_) {
      std::int64_t& id = open.ids[result.hardware];
      if (id == 0) {
        add_set(open.database, result.hardware);
        id = id_of(open.find_set, result.hardware);
      }
      const std::string bytes = sealed(result);
      open.put.reset();
      open.put.bind(1, id).bind(2, result.job).bind(3, bytes).run();
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

namespace {

// Those of this version of the model, in the same order every time.
template <typename Visit>
void each_result(const Database& database, Visit visit) {
  Statement rows = database.prepare(
      "SELECT s.hardware, r.job, r.result FROM results r JOIN sets s ON s.id=r.set_id WHERE "
      "s.model=?1 ORDER BY s.hardware, r.job");
  rows.bind(1, kResultVersion);
  while (rows.step()) visit(rows);
}

StoredResult stored_in(const Statement& row) {
  const std::string hardware = row.bytes(0), job = row.bytes(1);
  return {hardware, job, unsealed(hardware, job, row.bytes(2))};
}

}  // namespace

std::vector<StoredResult> CostStore::sample(std::int64_t first, std::int64_t stride) const {
  std::vector<StoredResult> results;
  std::int64_t i = 0;
  each_result(open_->database, [&](const Statement& row) {
    if (i >= first && (i - first) % stride == 0) results.push_back(stored_in(row));
    ++i;
  });
  return results;
}

void CostStore::clear(bool old_models_only) {
  const std::string which =
      old_models_only ? fmt::format(" WHERE model<>{}", kResultVersion) : std::string();
  {
    Transaction all(open_->database);
    open_->database.run("DELETE FROM results WHERE set_id IN (SELECT id FROM sets" + which + ")");
    open_->database.run("DELETE FROM sets" + which);
    open_->database.run("DELETE FROM results WHERE set_id NOT IN (SELECT id FROM sets)");
    all.commit();
  }
  open_->ids.clear();
  open_->database.run("VACUUM");
}

std::int64_t CostStore::merge(const fs::path& other) {
  std::error_code missing;  // SQLite says so
  if (fs::equivalent(other, file_, missing)) throw DatabaseError("is the file to merge into");
  const Database from(other, Database::Mode::read_only);
  if (!is_ours(from)) throw DatabaseError("is not a cache of this version of h4h");
  std::vector<StoredResult> added;
  each_result(from, [&](const Statement& row) {
    const StoredResult theirs = stored_in(row);
    const std::optional<JobResult> ours = find(theirs.hardware, theirs.job);
    if (ours && !(*ours == theirs.result)) {
      throw DatabaseError("a result contradicts that of " + file_.string());
    }
    if (!ours) added.push_back(theirs);
  });
  unstored_.insert(unstored_.end(), added.begin(), added.end());
  if (!flush()) throw DatabaseError(problem_.value_or("cannot be written"));
  return static_cast<std::int64_t>(added.size());
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
