#pragma once

#include <string_view>

namespace h4h::workloads::onnx {

// Walks the protobuf messages of a file without making objects of them. Throws FormatError where
// they are truncated, nested too deeply, or have so many fields that their objects would take far
// more memory than the file: an empty field of two bytes becomes an object of two hundred.
void check_messages(std::string_view bytes);

}  // namespace h4h::workloads::onnx
