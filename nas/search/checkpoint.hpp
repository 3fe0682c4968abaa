#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "nas/search/description.hpp"

namespace h4h::nas {

// A checkpoint that cannot be read, or is of another search.
class CheckpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// JSON, "h4h.search.checkpoint/3"; numbers as they are, to the last bit; with a checksum
// (sim/report/checksum.hpp).
std::string format_checkpoint(const Description& arguments, const SearchState& state);

// The search that is to resume from a checkpoint.
struct Resumed {
  const Description& arguments;
  const SearchSpace& space;
  const Problem& problem;
  const SearchSettings& settings;
  // Whether the accuracies in a state are those of this search, although its table of accuracies is
  // another one now: rows that no result depends on may be added or changed. Empty: no.
  std::function<bool(const SearchState&)> same_accuracies{};
};

// Compares the checksum first. Throws CheckpointError that names what differs between its arguments
// and those of `search`, or what is wrong with it: a value that no such search can have is refused
// too.
SearchState parse_checkpoint(const std::string& text, const Resumed& search);

}  // namespace h4h::nas
