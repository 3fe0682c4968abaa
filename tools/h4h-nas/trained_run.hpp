#pragma once

#include <optional>
#include <string>

#include "nas/accuracy/health.hpp"
#include "nas/train/trained.hpp"

namespace h4h::tools {

// What commands that use the folder of an `h4h train` check and say of it.

// Throws UsageError and std::runtime_error where `accuracy` is no such folder; `hint` ends the
// message.
void expect_training_run(const std::string& accuracy, const std::string& hint);

// Throws std::runtime_error unless genotypes mean the same in both spaces.
void check_same(const nas::Space& searched, const nas::Trained& trained, const std::string& folder);

void warn_of_what_is_not_trained(const nas::Trained& trained, const std::string& folder);

// What train.json says; nullopt where it says nothing, or is not there yet.
std::optional<nas::HealthSummary> health_of(const std::string& folder);
void warn_of_ill_health(const std::optional<nas::HealthSummary>& health, const std::string& folder);

}  // namespace h4h::tools
