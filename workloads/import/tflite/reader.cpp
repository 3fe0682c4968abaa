#include "workloads/import/tflite/reader.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>

#include "workloads/import/tflite/convert.hpp"

namespace h4h::workloads::tflite {
namespace {

std::string file_bytes(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw NetworkError(std::filesystem::exists(path) ? "not a file" : "no such file");
  }
  std::ifstream stream(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) throw NetworkError("cannot be read");
  return bytes;
}

}  // namespace

Network read(const std::filesystem::path& path, UnsupportedPolicy policy) {
  try {
    const std::string bytes = file_bytes(path);
    return convert(parse_model(bytes), path.stem().string(), policy);
  } catch (const std::runtime_error& error) {
    throw NetworkError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace h4h::workloads::tflite
