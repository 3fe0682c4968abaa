#include "workloads/import/tflite/reader.hpp"

#include <fmt/format.h>

#include <string>

#include "base/file/input_file.hpp"
#include "base/text/utf8.hpp"
#include "workloads/import/tflite/convert.hpp"

namespace h4h::workloads::tflite {
namespace {

// Files of networks for edge chips are below 100 MiB; offsets in a flatbuffer end at 2 GiB.
constexpr FileLimit kFileLimit{"TFLite file", 512 << 20};

}  // namespace

Network read(const std::filesystem::path& path, const ImportOptions& options) {
  const std::string bytes = read_file_or<NetworkError>(path, kFileLimit);
  try {
    return convert(parse_model(bytes), as_utf8(path.stem().string()), options);
  } catch (const std::runtime_error& error) {
    throw NetworkError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace h4h::workloads::tflite
