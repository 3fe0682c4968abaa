#pragma once

#include <filesystem>
#include <string>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// PART-images-idx3-ubyte.gz and PART-labels-idx1-ubyte.gz of a folder (part: train, t10k), the idx
// format of MNIST (LeCun): big-endian magic 0x803 or 0x801 and sizes, then bytes. The 28x28 grey
// images get two pixels of black around them and three equal channels. Throws DataError.
ImageSet read_fashion_mnist(const std::filesystem::path& folder, const std::string& part);

}  // namespace h4h::nas
