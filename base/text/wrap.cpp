#include "base/text/wrap.hpp"

#include <sstream>

namespace h4h {

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    while (line.size() > width) {
      const std::size_t space = line.rfind(' ', width);
      if (space == std::string::npos || space <= indent) break;
      all += line.substr(0, space) + "\n";
      line = std::string(indent, ' ') + line.substr(space + 1);
    }
    all += line + "\n";
  }
  return all;
}

std::string shortened(const std::string& name, std::size_t width) {
  if (name.size() <= width) return name;
  std::size_t begin = name.size() - (width - 3);
  while (begin < name.size() && (static_cast<unsigned char>(name[begin]) & 0xc0) == 0x80) ++begin;
  return "..." + name.substr(begin);
}

}  // namespace h4h
