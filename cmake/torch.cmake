# LibTorch, from Debian's libtorch-dev or a folder in CMAKE_PREFIX_PATH, as the target Torch::Torch.
# Its own CMake package asks for protobuf, MKL and more that we do not compile against.
find_path(TORCH_INCLUDE torch/csrc/api/include/torch/torch.h REQUIRED)
find_library(TORCH_CPU_LIBRARY torch_cpu REQUIRED)
find_library(TORCH_C10_LIBRARY c10 REQUIRED)
# LibTorch for CUDA: nothing refers to this library, which registers its kernels when it is loaded.
find_library(TORCH_CUDA_LIBRARY torch_cuda)

add_library(Torch::Torch INTERFACE IMPORTED)
target_include_directories(Torch::Torch SYSTEM INTERFACE
  ${TORCH_INCLUDE} ${TORCH_INCLUDE}/torch/csrc/api/include)
target_link_libraries(Torch::Torch INTERFACE ${TORCH_CPU_LIBRARY} ${TORCH_C10_LIBRARY})
if(TORCH_CUDA_LIBRARY)
  target_link_libraries(Torch::Torch INTERFACE
    "-Wl,--push-state,--no-as-needed,${TORCH_CUDA_LIBRARY},--pop-state")
endif()

# Training on several processes: c10d's Gloo, whose headers are in libgloo-dev; with NCCL for CUDA
# where LibTorch has it.
include(CheckCXXSourceCompiles)
function(h4h_check_c10d variable library class)
  set(CMAKE_REQUIRED_LIBRARIES Torch::Torch)
  set(CMAKE_REQUIRED_DEFINITIONS -DUSE_C10D_${library})
  set(CMAKE_REQUIRED_QUIET ON)
  check_cxx_source_compiles("
    #include <torch/csrc/distributed/c10d/${class}.hpp>
    #include <torch/csrc/distributed/c10d/PrefixStore.hpp>
    #include <torch/csrc/distributed/c10d/TCPStore.hpp>
    int main() {
      c10d::TCPStoreOptions options;
      const auto store = c10::make_intrusive<c10d::TCPStore>(\"127.0.0.1\", options);
      c10d::${class} group(c10::make_intrusive<c10d::PrefixStore>(\"a\", store), 0, 1);
      std::vector<at::Tensor> all;
      group.allreduce(all)->wait();
    }" ${variable})
endfunction()
h4h_check_c10d(H4H_WITH_GLOO GLOO ProcessGroupGloo)
if(H4H_WITH_GLOO AND TORCH_CUDA_LIBRARY)
  h4h_check_c10d(H4H_WITH_NCCL NCCL ProcessGroupNCCL)
endif()
if(H4H_WITH_GLOO)
  set(libraries Gloo)
  if(H4H_WITH_NCCL)
    string(APPEND libraries ", NCCL")
  endif()
  message(STATUS "Training on several processes: ${libraries}")
else()
  message(STATUS "Training on one process only: LibTorch's Gloo or libgloo-dev is missing")
endif()
