#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "nas/data/image_source.hpp"

namespace h4h::nas {

// What a data set is opened for. Only what says so changes images or their order.
struct OpenOptions {
  std::int64_t side = 224;    // of the images of an image folder, unless the data set says it
  std::int64_t channels = 3;  // of the same: 3, or 1 for grey
  int threads = 1;            // that decode files
  // Below it archives are unpacked. Empty: they are refused.
  std::filesystem::path cache{};
  // Is told of files that cannot be used or are passed over, from any thread, one call at a time.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
  std::uint64_t holdout_seed = 0;
};

// A data set by its name, KIND[:PATH]:
//   fashion-mnist[:FOLDER]  idx .gz files, default where Debian's dataset-fashion-mnist puts them;
//                           28x28 grey, padded to 32x32 and repeated to three channels
//   cifar10:FOLDER          binary layout; 32x32, red, green, blue
//   imagefolder:PATH[,OPTION=VALUE...]  JPEG and PNG files in directories (open_folder.hpp)
// The holdout is drawn from `holdout_seed` alone. Training and search must give the same, or search
// asks about images that were trained on. Throws DataError.
Split open_split(const std::string& data, const OpenOptions& options = {});

// How its images are prepared, in words, for users of an exported network.
std::string preparation_of(const std::string& data);

}  // namespace h4h::nas
