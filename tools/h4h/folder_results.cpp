#include "tools/h4h/folder_results.hpp"

namespace h4h::tools {

FolderResults::FolderResults(const RunFolder& folder,
                             const std::optional<std::filesystem::path>& cache, int jobs)
    : own_(folder.file(kFolderResults)), results_(std::in_place, cache.value_or(own_), jobs) {}

void FolderResults::done() {
  results_.reset();
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(own_.string() + suffix);
  }
}

}  // namespace h4h::tools
