#pragma once

#include <optional>
#include <string>

#include "nas/data/open.hpp"

namespace h4h::nas {

// PATH[,OPTION=VALUE...] of imagefolder:
struct FolderName {
  std::string path;
  bool broken_fatal = false;              // broken=skip|fail
  std::optional<std::int64_t> side{};     // side=1..4096
  std::optional<std::int64_t> holdout{};  // holdout=N: images held out, of all classes together
  double crop = 1;                        // crop=F: side of the square that evaluation sees
};
// Options are what follows the last commas and has a '='. Throws DataError that names one which
// does not exist, or a value that it may not have.
FolderName folder_name(const std::string& text);

// A directory, or an archive of one (archive.hpp), of JPEG and PNG files. It has
//   train/CLASS/ and val/CLASS/ or test/CLASS/: the latter is the test set, the holdout is drawn
//     from train/; with both, val/ is the holdout and test/ the test set;
//   CLASS/: test set and holdout are drawn, each as hold-out.hpp says.
// Throws DataError.
Split open_folder(const std::string& text, const OpenOptions& options);

std::string folder_preparation(const std::string& text);

}  // namespace h4h::nas
