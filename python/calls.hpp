#pragma once

#include <pybind11/pybind11.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/costs/job_results.hpp"
#include "tools/h4h/shared_options.hpp"

namespace h4h::python {

// What `work` returns, while other threads of Python run. `work` must not touch Python.
template <typename Work>
auto released(Work work) {
  const pybind11::gil_scoped_release release;
  return work();
}

// A value with open files and processes, which a fork does not copy: only the process that made it
// may use it and end it.
template <typename T>
class OfProcess {
 public:
  explicit OfProcess(std::unique_ptr<T> value) : value_(std::move(value)) {}
  ~OfProcess() {
    if (!mine()) value_.release();  // NOLINT: its files and workers are the parent's
  }
  OfProcess(const OfProcess&) = delete;
  OfProcess& operator=(const OfProcess&) = delete;

  T& operator*() const {
    if (mine()) return *value_;
    throw std::runtime_error(
        "this object was made before the process forked, and its cache and worker processes "
        "belong to the parent: make a new one in the child");
  }

 private:
  bool mine() const { return ::getpid() == maker_; }

  std::unique_ptr<T> value_;
  pid_t maker_ = ::getpid();
};

// The options that `h4h simulate` and `h4h sweep` share with the package.
void add_run_options(tools::Options& options);

// The options of `arguments`, which the package has made. Throws tools::UsageError.
tools::Parsed parsed(const tools::Arguments& arguments, const tools::Options& options);

// Results of layers as --cache and --jobs of `parsed` say; one process where --jobs is left out.
// `program`: h4h, for other processes. Throws std::system_error.
std::unique_ptr<sim::JobResults> results_of(const std::optional<std::filesystem::path>& cache,
                                            const tools::Parsed& parsed,
                                            const std::string& program);

// Stores what is new. Where the cache has failed it is not used any more, and the text is a
// warning.
std::optional<std::string> store(sim::JobResults& results);
// A RuntimeWarning, where there is one.
void warn(const std::optional<std::string>& warning);

// Both.
inline void keep(sim::JobResults& results) { warn(store(results)); }

}  // namespace h4h::python
