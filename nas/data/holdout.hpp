#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// Takes images out of `train` that search will ask about: 5,000 of them or a tenth, whichever is
// less (our choice), as many of each class, drawn from `seed`. Both sets keep the order of `train`.
// Throws DataError where a class has too few images.
ImageSet hold_out(ImageSet& train, std::uint64_t seed);

// Which images of a set with these labels are held out where classes may differ in size: as many of
// each class, but at most a fifth of it, at least one, and none of a class of one image. `count`:
// of all classes together; without it 5,000 or a tenth of the set, whichever is less, and one of
// each class where that is too few. Where no class has two images they are drawn whatever their
// class. Drawn from `seed` and `part`. Throws DataError where `count` cannot be reached, and for
// fewer than two images.
std::vector<bool> held_out(const std::vector<std::int32_t>& labels, std::int64_t classes,
                           std::optional<std::int64_t> count, std::uint64_t seed,
                           std::uint64_t part);

}  // namespace h4h::nas
