#pragma once

#include "nas/train/trained.hpp"

namespace h4h::nas {

// What a training starts from.
struct StartFromRun {
  Space space;            // that is trained, with the shortcuts of the run's
  Parameters parameters;  // of its largest network
};

// The weights of a run for a training of `space`. Where that is the run's space or a reduction of
// it, they are the run's own. Where the run's space is a reduction of `space`, as where networks
// without transformers were trained first, what it lacks is random, by `seed`; so are the channels
// of a tensor that it has fewer of. Throws SpaceError where neither is a reduction of the other, or
// where layers had shortcuts in the run that they lack in `space`.
StartFromRun start_from(const Space& space, const Trained& run, std::uint64_t seed);

}  // namespace h4h::nas
