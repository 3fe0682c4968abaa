#pragma once

#include <optional>
#include <string>

#include "nas/accuracy/health.hpp"
#include "nas/space/reduction.hpp"
#include "nas/train/trained.hpp"

namespace h4h::tools {

// What commands that use the folder of an `h4h train` check and say of it.

// Throws UsageError and std::runtime_error where `folder`, the value of an option, is none; `hint`
// ends the message.
void expect_training_run(const std::string& option, const std::string& folder,
                         const std::string& hint);

// The space that is searched or asked about as a reduction of the one that was trained. Throws
// std::runtime_error where it is none. `trained` and `space` must outlive it.
nas::Reduction reduction_of(const nas::Space& space, const nas::Trained& trained,
                            const std::string& folder);

void warn_of_what_is_not_trained(const nas::Trained& trained, const std::string& folder);

// What train.json says; nullopt where it says nothing, or is not there yet.
std::optional<nas::HealthSummary> health_of(const std::string& folder);
void warn_of_ill_health(const std::optional<nas::HealthSummary>& health, const std::string& folder);

}  // namespace h4h::tools
