#include "tools/h4h/line_reader.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace h4h::tools {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;  // of a line
constexpr std::size_t kChunk = 1 << 18;

}  // namespace

std::vector<LineReader::Line> LineReader::read() {
  std::vector<Line> lines;
  std::string chunk(kChunk, '\0');
  while (lines.empty() && !ended_) {
    const ssize_t count = ::read(descriptor_, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw std::system_error(errno, std::generic_category(), name_ + ": cannot be read");
    }
    ended_ = count == 0;
    rest_.append(chunk, 0, static_cast<std::size_t>(count));
    take(lines);
  }
  return lines;
}

void LineReader::take(std::vector<Line>& lines) {
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n', searched_); end != std::string::npos;
       end = rest_.find('\n', begin)) {
    if (!skipping_) lines.push_back({rest_.substr(begin, end - begin)});
    skipping_ = false;
    begin = end + 1;
  }
  rest_.erase(0, begin);
  searched_ = rest_.size();
  if (rest_.size() > kMostBytes) {
    if (!skipping_) lines.push_back({{}, true});
    skipping_ = true;
    rest_.clear();
    searched_ = 0;
  }
  if (ended_ && !rest_.empty() && !skipping_) lines.push_back({std::move(rest_)});
  if (ended_) rest_.clear();
}

}  // namespace h4h::tools
