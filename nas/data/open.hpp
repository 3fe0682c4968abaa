#pragma once

#include <cstdint>
#include <string>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// A data set by its name, KIND[:PATH]:
//   fashion-mnist[:FOLDER]  idx .gz files, default where Debian's dataset-fashion-mnist puts them;
//                           28x28 grey, padded to 32x32 and repeated to three channels
//   cifar10:FOLDER          binary layout; 32x32, red, green, blue
// The holdout is drawn from `holdout_seed` alone. Training and search must give the same, or search
// asks about images that were trained on. Throws DataError.
Split open_split(const std::string& data, std::uint64_t holdout_seed = 0);

// How its images are prepared, in words, for users of an exported network.
std::string preparation_of(const std::string& data);

}  // namespace h4h::nas
