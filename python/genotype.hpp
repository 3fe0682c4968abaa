#pragma once

#include <pybind11/pybind11.h>

#include <memory>
#include <vector>

#include "nas/space/space.hpp"

namespace h4h::python {

using SpacePointer = std::shared_ptr<nas::Space>;

// A canonical genotype and its space.
struct Genotype {
  SpacePointer space;
  nas::Genotype genes;
};

// Whether genotypes of one mean the same networks in the other.
bool same_space(const SpacePointer& a, const SpacePointer& b);

// Indices of choices, one for each gene. Throws nas::SpaceError.
nas::Genotype genotype_of(const nas::Space& space, const std::vector<std::int64_t>& indices);

}  // namespace h4h::python
