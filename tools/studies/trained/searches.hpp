#pragma once

#include "tools/studies/searched.hpp"
#include "tools/studies/trained/trainings.hpp"

namespace h4h::studies {

// Fronts that searches of a trained supernet find for accuracy and the objective, chip by chip.
// `space` is that of `run` or a reduction of it. A network that was found for one chip is costed on
// all. Fronts are chosen by accuracies on held-out images; their networks have those on test
// images.
std::vector<ChipFront> trained_fronts(const Setup& setup, const std::string& run,
                                      const nas::Space& space,
                                      const std::vector<SearchedChip>& chips,
                                      sim::Objective objective = sim::Objective::latency);

// A row for each network of each front.
void add_front_columns(Table& table);
void add_front_rows(Table& table, const TrainingSpec& run, const nas::Space& space,
                    const std::vector<ChipFront>& fronts);

// Each chip's front of one supernet: test accuracy over the objective.
Chart front_chart(const std::string& run, const std::vector<ChipFront>& fronts,
                  sim::Objective objective);

// The space without its transformers, a reduction of it. Throws nas::SpaceError where a stage of
// them cannot have depth 0.
nas::Space without_transformers(const nas::Space& space);
// The canonical network without its transformers, of a space as above.
nas::Genotype without_transformers(const nas::Space& space, nas::Genotype genotype);

}  // namespace h4h::studies
