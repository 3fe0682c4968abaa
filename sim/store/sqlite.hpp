#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace h4h::sim {

// What SQLite says of a file that it cannot work with.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One that is no database, or none any more.
class BrokenDatabase : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

// A prepared statement of a database, run by `step` for each row. Everything here and in Database
// throws DatabaseError, without the file's name.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql);

  // Parameters from 1. Bytes are not copied: they must live until the last step.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view bytes);

  // Whether there is a row. Throws DatabaseError.
  bool step();
  void run();  // all of it, and ready again
  void reset();

  // Of the row at hand; columns from 0.
  std::int64_t number(int column) const;
  std::string bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  void check(int code) const;

  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

// An SQLite file.
class Database {
 public:
  // unchanging: read-only, of a file that nobody writes meanwhile, and without write access to its
  // directory, which write-ahead mode needs for readers too. Content in its -wal file is not seen.
  enum class Mode { create, existing, read_only, unchanging };
  // `patience`: how long to wait while another process writes. Throws DatabaseError.
  Database(const std::filesystem::path& file, Mode mode,
           std::chrono::milliseconds patience = kPatience);

  Statement prepare(const std::string& sql) const { return {handle_.get(), sql}; }
  bool is_read_only() const { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
  void run(const std::string& sql) const { prepare(sql).run(); }
  std::int64_t number(const std::string& sql) const;  // of the first row, which must be there

  // Write-ahead mode, for good: readers and one writer at a time share the file, and what is
  // committed survives a kill at any moment.
  void share() const;

 private:
  std::string first_text(const std::string& sql) const;

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::chrono::milliseconds patience_;
};

// Everything until `commit`, or nothing.
class Transaction {
 public:
  explicit Transaction(const Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Database& database_;
  bool open_ = true;
};

}  // namespace h4h::sim
