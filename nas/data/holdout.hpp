#pragma once

#include <cstdint>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// Takes images out of `train` that search will ask about: 5,000 of them or a tenth, whichever is
// less (our choice), as many of each class, drawn from `seed`. Both sets keep the order of `train`.
// Throws DataError where a class has too few images.
ImageSet hold_out(ImageSet& train, std::uint64_t seed);

}  // namespace h4h::nas
