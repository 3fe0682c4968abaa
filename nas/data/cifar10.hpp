#pragma once

#include <filesystem>

#include "nas/data/image_set.hpp"

namespace h4h::nas {

// CIFAR-10's binary layout (Krizhevsky 2009): records of 1 byte of label and 32x32 bytes of red, of
// green and of blue. Training images are those of data_batch_1.bin .. data_batch_5.bin that exist,
// at least one; test images those of test_batch.bin. Throws DataError.
ImageSet read_cifar10_train(const std::filesystem::path& folder);
ImageSet read_cifar10_test(const std::filesystem::path& folder);

}  // namespace h4h::nas
