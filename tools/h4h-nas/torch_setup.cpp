#include "tools/h4h-nas/torch_setup.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <filesystem>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string_view>

#include "nas/supernet/bfloat16.hpp"

namespace h4h::tools {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kPad = 256 << 20;
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, kPad);
#endif
}

std::string without_backtrace(std::string (*command)(const Arguments&),
                              const Arguments& arguments) {
  try {
    return command(arguments);
  } catch (const c10::Error& error) {
    const std::string_view message = error.what_without_backtrace();
    if (message.find("can't allocate memory") != std::string_view::npos) throw std::bad_alloc();
    throw std::runtime_error(error.what_without_backtrace());
  }
}

void use_threads(std::int64_t threads) {
  at::set_num_threads(static_cast<int>(threads));
  at::set_num_interop_threads(1);
  // OpenBLAS has a pool of its own, of as many threads as there are processors.
  using Setter = void (*)(int);
  if (const auto set = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set(static_cast<int>(threads));
  }
}

c10::Device device_named(const std::string& name, std::int64_t local_rank) {
  c10::Device device(name);
  if (!device.is_cuda()) return device;
  if (!torch::cuda::is_available()) {
    throw UsageError(
        fmt::format("--device {}: this LibTorch has no CUDA, or there is no such device", name));
  }
  if (!device.has_index()) device.set_index(static_cast<c10::DeviceIndex>(local_rank));
  const auto count = static_cast<std::int64_t>(torch::cuda::device_count());
  if (device.index() < count) return device;
  throw UsageError(
      fmt::format("--device {}: there are {} devices, no number {}", name, count, device.index()));
}

void check_bfloat16(const std::string& device) {
  if (device != "cpu") return;  // they add up in float
  if (const std::optional<std::string> fault = nas::bfloat16_fault()) {
    throw UsageError("--bf16: " + *fault);
  }
}

std::optional<std::string> reference_blas() {
  void* const product = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info info{};
  if (product == nullptr || dladdr(product, &info) == 0) return std::nullopt;
  void* const library = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return std::nullopt;
  bool fast = false;
  for (const char* symbol : {"openblas_get_config", "mkl_get_version_string",
                             "bli_info_get_version_str", "ATL_buildinfo"}) {
    fast = fast || dlsym(library, symbol) != nullptr;
  }
  dlclose(library);
  if (fast) return std::nullopt;
  std::error_code ignored;
  return std::filesystem::canonical(info.dli_fname, ignored).string();
}

void warn_of_reference_blas() {
  if (const std::optional<std::string> file = reference_blas()) {
    std::cerr << "h4h-nas: warning: matrix products run on the reference BLAS (" << *file
              << "), up to 20 times slower; install libopenblas0-pthread\n";
  }
}

}  // namespace h4h::tools
