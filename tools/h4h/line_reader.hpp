#pragma once

#include <string>
#include <utility>
#include <vector>

namespace h4h::tools {

// Lines of a stream as they come: none waits for a later one.
class LineReader {
 public:
  // Longer lines come cut, with `cut` set.
  struct Line {
    std::string text;
    bool cut = false;
  };

  // `name` is the stream's in messages.
  LineReader(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  // All whole lines that are there, at least one; none at the end of the stream. A last line may
  // lack its end. Throws std::system_error.
  std::vector<Line> read();

 private:
  void take(std::vector<Line>& lines);

  int descriptor_;
  std::string name_;
  std::string rest_;
  std::size_t searched_ = 0;  // in the bytes before this place of rest_ no line ends
  bool skipping_ = false;     // the rest of a line that was too long
  bool ended_ = false;
};

}  // namespace h4h::tools
