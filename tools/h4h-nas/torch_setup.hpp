#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tools/h4h/command.hpp"

namespace h4h::tools {

// Keeps what is freed for the next allocation: a training step frees and takes the same large
// blocks over and over, which by default the allocator returns to the system each time.
void keep_freed_memory();

// What a command returns; an error of LibTorch becomes std::runtime_error without the backtrace of
// C++ functions, or std::bad_alloc where LibTorch got no memory.
std::string without_backtrace(std::string (*command)(const Arguments&), const Arguments& arguments);

// Of Torch and of its BLAS.
void use_threads(std::int64_t threads);

// What trains: "cuda" of several ranks on a machine is the device of `local_rank`. Throws
// UsageError where LibTorch has no such device.
c10::Device device_named(const std::string& name, std::int64_t local_rank);
// Throws UsageError where bfloat16 would train nothing there.
void check_bfloat16(const std::string& device);

// The file of the matrix product that Torch calls, where it is the slow reference implementation:
// the library has none of the symbols by which OpenBLAS, MKL, BLIS and ATLAS tell their version.
std::optional<std::string> reference_blas();
// Tells the user on stderr.
void warn_of_reference_blas();

}  // namespace h4h::tools
