# ONNX::onnx_proto: the protobuf classes of ONNX files, and nothing else of ONNX, where the system has
# them. ONNX's own CMake files describe all of its libraries. Also a part of the installed package.
find_package(Protobuf QUIET)
find_path(H4H_ONNX_INCLUDE onnx/onnx_pb.h)
find_library(H4H_ONNX_PROTO NAMES onnx_proto onnx)
if(Protobuf_FOUND AND H4H_ONNX_INCLUDE AND H4H_ONNX_PROTO AND NOT TARGET ONNX::onnx_proto)
  add_library(ONNX::onnx_proto INTERFACE IMPORTED)
  target_include_directories(ONNX::onnx_proto SYSTEM INTERFACE ${H4H_ONNX_INCLUDE})
  target_compile_definitions(ONNX::onnx_proto INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
  target_link_libraries(ONNX::onnx_proto INTERFACE ${H4H_ONNX_PROTO} protobuf::libprotobuf)
endif()
