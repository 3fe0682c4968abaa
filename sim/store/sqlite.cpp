#include "sim/store/sqlite.hpp"

#include <fmt/format.h>

#include <cctype>
#include <thread>

namespace h4h::sim {
namespace {

class Busy : public DatabaseError {
 public:
  Busy() : DatabaseError("another process keeps it locked") {}
};

[[noreturn]] void fail(sqlite3* database, int code) {
  const int primary = code & 0xff;
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) throw Busy();
  const char* const said = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT) throw BrokenDatabase(said);
  throw DatabaseError(said);
}

int flags_of(Database::Mode mode) {
  if (mode == Database::Mode::read_only) return SQLITE_OPEN_READONLY;
  if (mode == Database::Mode::unchanging) return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  return SQLITE_OPEN_READWRITE | (mode == Database::Mode::create ? SQLITE_OPEN_CREATE : 0);
}

// RFC 3986.
std::string unchanging_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

}  // namespace

Statement::Statement(sqlite3* database, const std::string& sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  check(
      sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr));
  statement_.reset(statement);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(database_, code);
}

Statement& Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), index, value));
  return *this;
}

Statement& Statement::bind(int index, std::string_view bytes) {
  check(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), nullptr));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    fail(database_, code);
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::bytes(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Database::Database(const std::filesystem::path& file, Mode mode, std::chrono::milliseconds patience)
    : patience_(patience) {
  sqlite3* handle = nullptr;
  const std::string name = mode == Mode::unchanging ? unchanging_uri(file) : file.string();
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags_of(mode), nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(handle, code);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
}

std::string Database::first_text(const std::string& sql) const {
  Statement statement = prepare(sql);
  return statement.step() ? statement.bytes(0) : std::string();
}

// The change of mode does not wait for others by itself.
void Database::share() const {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + patience_;
  while (true) {
    try {
      if (first_text("PRAGMA journal_mode") != "wal") run("PRAGMA journal_mode=WAL");
      break;
    } catch (const Busy&) {
      if (Clock::now() >= end) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  run("PRAGMA synchronous=NORMAL");
}

std::int64_t Database::number(const std::string& sql) const {
  Statement statement = prepare(sql);
  if (!statement.step()) throw DatabaseError("nothing is there for: " + sql);
  return statement.number(0);
}

Transaction::Transaction(const Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const DatabaseError&) {  // SQLite has done so itself
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace h4h::sim
