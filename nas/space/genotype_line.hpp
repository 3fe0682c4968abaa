#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nas/space/space.hpp"

namespace h4h::nas {

// A line that asks about one network: of `genotype`, `network` and `error` it has one.
struct Asked {
  std::string id;  // JSON on one line, as it was given; "null" where there is none
  std::optional<Genotype> genotype;
  std::optional<std::string> network;  // its path
  std::optional<std::string> error;    // what is wrong with the line, in one line
};

// Reads {"id":ANY,"genotype":{...}} or {"id":ANY,"network":"NAME"}, keys in any order; the id may
// be left out. Throws nothing, whatever the bytes.
Asked read_line(const Space& space, std::string_view line);

}  // namespace h4h::nas
