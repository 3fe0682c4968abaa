#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/job/layer_job.hpp"

namespace h4h::sim {

// Raised whenever the bytes of jobs or results change, and where a version of the model that is not
// released yet changes what jobs cost.
constexpr int kWireVersion = 2;
// Only results with this number are comparable, and readable: of one model, in one wire format.
constexpr int kResultVersion = 1000 * kWireVersion + kModelVersion;

// Bytes that are no job or no result.
class WireError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Jobs and results as bytes, for files and other processes: the same on every machine. Jobs that
// are equal on equal hardware have equal bytes, and only those.
std::string encode(const LayerJob& job);
std::string encode(const JobResult& result);

// `encode` for jobs that often follow one of the same layer in the same context, as those of a
// search do: only the split is then written anew.
class JobEncoder {
 public:
  // Until the next call.
  const std::string& encode(const LayerJob& job);

 private:
  LayerJob last_;
  std::string before_split_, after_split_, bytes_;
};

// The way back. Throw WireError.
LayerJob decode_job(std::string_view bytes);
JobResult decode_result(std::string_view bytes);

}  // namespace h4h::sim
