# ONNX::onnx_proto: the protobuf classes of ONNX files, and nothing else of ONNX. The package's own
# CMake files describe all of its libraries; this one is found by itself.
find_package(Protobuf QUIET)
find_path(H4H_ONNX_INCLUDE onnx/onnx_pb.h)
find_library(H4H_ONNX_PROTO NAMES onnx_proto onnx)
if(NOT Protobuf_FOUND OR NOT H4H_ONNX_INCLUDE OR NOT H4H_ONNX_PROTO)
  message(FATAL_ERROR "The reader of ONNX files needs packages that are missing: libonnx-dev and "
          "libprotobuf-dev. tools/packages installs them.")
endif()
add_library(ONNX::onnx_proto INTERFACE IMPORTED)
target_include_directories(ONNX::onnx_proto SYSTEM INTERFACE ${H4H_ONNX_INCLUDE})
target_compile_definitions(ONNX::onnx_proto INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(ONNX::onnx_proto INTERFACE ${H4H_ONNX_PROTO} protobuf::libprotobuf)
