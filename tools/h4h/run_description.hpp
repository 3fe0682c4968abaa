#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platforms/description/overrides.hpp"
#include "tools/h4h/run_folder.hpp"

namespace h4h::tools {

// What decides the results of a command, by the names of its options.
using RunDescription = std::vector<std::pair<std::string, std::string>>;

// 16 hexadecimal digits that stand for what variants of a platform change.
std::string hash_of(const std::vector<std::vector<platforms::Override>>& variants);

// Writes it as the folder's checkpoint: schema "h4h.run/1", a checksum. Throws std::runtime_error
// where the folder holds results of other arguments, naming the first difference, and where its
// checkpoint is damaged. A folder without results is taken over: a file that made the command fail
// may have been repaired.
void claim_folder(const RunFolder& folder, const RunDescription& now);

// For --resume: throws std::runtime_error where there is no run to resume.
void require_checkpoint(const std::filesystem::path& checkpoint);

}  // namespace h4h::tools
