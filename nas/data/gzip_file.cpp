#include "nas/data/gzip_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file/input_file.hpp"

namespace h4h::nas {
namespace {

// Packed; what is unpacked has a limit of its own, the number of images.
constexpr FileLimit kPackedLimit{"gzip file", 256 << 20};

gzFile opened(const std::filesystem::path& path) {
  try {
    const int descriptor = InputFile(path, kPackedLimit).release();
    const gzFile file = gzdopen(descriptor, "rb");
    if (file == nullptr) ::close(descriptor);
    return file;
  } catch (const FileError& error) {
    throw DataError(error.what());
  }
}

}  // namespace

GzipFile::GzipFile(const std::filesystem::path& path) : path_(path.string()), file_(opened(path)) {
  if (!file_) fail("there is not enough memory to read it");
}

std::vector<std::uint8_t> GzipFile::read(std::size_t count) {
  constexpr std::size_t kStep = 1 << 20;
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < count) {
    const std::size_t begin = bytes.size(), step = std::min(kStep, count - begin);
    bytes.resize(begin + step);
    const std::size_t got = read_some(bytes.data() + begin, step);
    if (got < step) {
      fail(
          fmt::format("truncated: {} bytes, but its header announces {} more", begin + got, count));
    }
  }
  return bytes;
}

void GzipFile::expect_end() {
  std::uint8_t byte = 0;
  if (read_some(&byte, 1) != 0) fail("has data after the last item that its header announces");
}

void GzipFile::fail(const std::string& what) const {
  throw DataError(fmt::format("{}: {}", path_, what));
}

std::size_t GzipFile::read_some(std::uint8_t* to, std::size_t count) {
  const int got = gzread(file_.get(), to, static_cast<unsigned>(count));
  int code = Z_OK;
  const char* message = gzerror(file_.get(), &code);
  if (got >= 0 && code == Z_OK) return static_cast<std::size_t>(got);
  const std::string text = code == Z_ERRNO ? std::strerror(errno) : message;
  // zlib's own messages begin with the descriptor, "<fd:3>: ".
  const std::size_t colon = text.rfind("<fd:", 0) == 0 ? text.find(": ") : std::string::npos;
  fail("cannot be unpacked: " + (colon == std::string::npos ? text : text.substr(colon + 2)));
}

}  // namespace h4h::nas
