#pragma once

#include "nas/data/open.hpp"

namespace h4h::tools {

// One thread per processor, at most 64; those of a machine are dealt to its `processes`.
int default_loader_threads(std::int64_t processes = 1);

// Archives are unpacked below $XDG_CACHE_HOME/h4h/images, or ~/.cache in its place; warnings go to
// stderr.
nas::OpenOptions open_options(int threads = default_loader_threads());

}  // namespace h4h::tools
