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
