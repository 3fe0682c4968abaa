#pragma once

#include <stdexcept>
#include <string>

#include "nas/search/description.hpp"

namespace h4h::nas {

// A checkpoint that cannot be read, or is of another search.
class CheckpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// JSON, "h4h.search.checkpoint/2"; numbers as they are, to the last bit.
std::string format_checkpoint(const Description& arguments, const SearchState& state);

// Throws CheckpointError that names what differs between its arguments and `arguments`, or what
// is wrong with it.
SearchState parse_checkpoint(const std::string& text, const Description& arguments,
                             const Space& space);

}  // namespace h4h::nas
