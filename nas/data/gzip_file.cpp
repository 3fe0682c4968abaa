#include "nas/data/gzip_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace h4h::nas {

GzipFile::GzipFile(const std::filesystem::path& path)
    : path_(path.string()), file_(gzopen(path.c_str(), "rb")) {
  if (!file_) fail(std::strerror(errno));
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
          fmt::format("truncated: {} bytes where its header promises {} more", begin + got, count));
    }
  }
  return bytes;
}

void GzipFile::expect_end() {
  std::uint8_t byte = 0;
  if (read_some(&byte, 1) != 0) fail("has data after the last item that its header promises");
}

void GzipFile::fail(const std::string& what) const {
  throw DataError(fmt::format("{}: {}", path_, what));
}

std::size_t GzipFile::read_some(std::uint8_t* to, std::size_t count) {
  const int got = gzread(file_.get(), to, static_cast<unsigned>(count));
  int code = Z_OK;
  const char* message = gzerror(file_.get(), &code);
  if (got >= 0 && code == Z_OK) return static_cast<std::size_t>(got);
  // zlib's own messages begin with the path.
  const std::string text = code == Z_ERRNO ? std::strerror(errno) : message;
  const std::string prefix = path_ + ": ";
  fail("cannot be unpacked: " + (text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text));
}

}  // namespace h4h::nas
