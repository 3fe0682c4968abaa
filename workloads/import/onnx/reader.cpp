#include "workloads/import/onnx/reader.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/file/input_file.hpp"
#include "base/text/utf8.hpp"
#include "workloads/import/onnx/convert.hpp"

namespace h4h::workloads::onnx {
namespace {

// Files of networks for edge chips are below 100 MiB; protobuf ends at 2 GiB.
constexpr FileLimit kFileLimit{"ONNX file", 512 << 20};

}  // namespace

Network read(const std::filesystem::path& path, const ImportOptions& options) {
  std::string bytes = read_file_or<NetworkError>(path, kFileLimit);
  try {
    // The bytes go before the network is made.
    const Model model = parse_model(std::string(std::exchange(bytes, {})));
    return convert(model, as_utf8(path.stem().string()), options);
  } catch (const std::runtime_error& error) {
    throw NetworkError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace h4h::workloads::onnx
