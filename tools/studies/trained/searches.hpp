#pragma once

#include "tools/studies/searched.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::studies {

// Fronts that searches of a trained supernet find for accuracy and latency, chip by chip. `space`
// is that of `run` or a reduction of it. A network that was found for one chip is costed on all.
// Fronts are chosen by accuracies on held-out images; their networks have those on test images.
std::vector<ChipFront> trained_fronts(const Setup& setup, const std::string& run,
                                      const nas::Space& space,
                                      const std::vector<SearchedChip>& chips);

// A row for each network of each front.
void add_front_columns(Table& table);
void add_front_rows(Table& table, const TrainingSpec& run, const nas::Space& space,
                    const std::vector<ChipFront>& fronts);

// The space without its transformers, a reduction of it. Throws nas::SpaceError where a stage of
// them cannot have depth 0.
nas::Space without_transformers(const nas::Space& space);

}  // namespace h4h::studies
