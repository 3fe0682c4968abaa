#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace h4h::nas {

// The directory with the images of an archive: tar or zip, compressed or not, whatever libarchive
// reads. They are unpacked once, below `cache`, in a directory named after the archive's name, size
// and time of change; a compressed archive cannot be read at any place, as training does. Memory
// does not grow with the archive. Files that are no images by their ending, links and names that
// lead out of the archive are left out. `warn` is told where images are unpacked, before it is
// done. An interrupted unpacking leaves nothing that is used. Throws DataError.
std::filesystem::path unpacked(const std::filesystem::path& archive,
                               const std::filesystem::path& cache,
                               const std::function<void(const std::string&)>& warn);

}  // namespace h4h::nas
