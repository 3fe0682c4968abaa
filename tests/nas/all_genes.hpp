#pragma once

#include <string>

#include "nas/space/load.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas::testing {

// A small space file with every kind of gene: as choices, and as what all networks have.
inline const std::string kAllGenes =
    "name: all\n"
    "input_channels: 3\n"
    "classes: 4\n"
    "resolution: [24, 33]\n"
    "stages:\n"
    "  - {name: c, block: conv, width: [8, 16], kernel: [3, 5], activation: hard_swish, stride: "
    "2}\n"
    "  - {name: m1, block: mbconv, width: [8, 16], depth: [1, 2], expansion: [2, 3],"
    " kernel: [3, 5, 7], activation: [relu6, silu], se: [false, true], stride: 2,"
    " shortcut: projection}\n"
    "  - {name: v1, block: vit, width: [8, 16], depth: [0, 1], expansion: [1, 2],"
    " activation: [relu, gelu]}\n"
    "  - {name: m2, block: mbconv, width: [16, 24], depth: [0, 1, 2], expansion: 2, kernel: 5,"
    " activation: [relu, hard_swish, gelu], se: true, stride: 1}\n"
    "  - {name: p, block: mbpool, width: [16, 32], expansion: 2, activation: silu}\n";

inline Space space_of(const std::string& text) {
  const tests::TemporaryFolder folder;
  return load_space(folder.write("s.yaml", text).string());
}

}  // namespace h4h::nas::testing
