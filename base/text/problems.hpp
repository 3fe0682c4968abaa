#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace h4h {

// What is wrong with a file, collected so that one reading tells all of it.
class Problems {
 public:
  // `message` is made printable: a name with a line break is no second problem. The messages of the
  // first 10,000 are kept; the others are counted.
  void add(int line, const std::string& message);
  std::size_t count() const { return count_; }
  // "file:line: message", a line each, in the order of lines; at most `most` of them and how many
  // more there are.
  std::string text(const std::string& file, std::size_t most = 20) const;

 private:
  std::vector<std::pair<int, std::string>> kept_;
  std::size_t count_ = 0;
};

}  // namespace h4h
