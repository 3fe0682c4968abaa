#pragma once

#include <string>
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

  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  // All whole lines that are there, at least one; none at the end of the stream. A last line may
  // lack its end. Throws std::system_error.
  std::vector<Line> read();

 private:
  void take(std::vector<Line>& lines);

  int descriptor_;
  std::string rest_;
  bool skipping_ = false;  // the rest of a line that was too long
  bool ended_ = false;
};

}  // namespace h4h::tools
