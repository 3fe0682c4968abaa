#pragma once

#include <filesystem>

#include "nas/data/image_source.hpp"
#include "nas/train/trained.hpp"
#include "tools/h4h-nas/run_export.hpp"

namespace h4h::tools {

// The network's parameters in the supernet, trained further on `train`. What an interrupted run of
// the same command left in `checkpoint` is resumed from; the caller removes that file when it has
// what it wanted. Throws std::runtime_error for a checkpoint of something else.
nas::Parameters fine_tuned(const workloads::Network& network, const std::string& genotype,
                           const nas::Trained& trained, const nas::ImageSource& train,
                           const FineTuning& tuning, const std::filesystem::path& checkpoint);

}  // namespace h4h::tools
