#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "nas/accuracy/health.hpp"
#include "sim/mapping/goal.hpp"

namespace h4h::nas {

// A folder that holds no search, or searches that cannot stand beside each other.
class FrontsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct FrontNetwork {
  double accuracy = 0, latency_s = 0, energy_j = 0;
  std::int64_t macs = 0, parameters = 0;
  double cim_share = 0;  // of the MACs
  Document genotype;     // as Space::document gives it
  std::optional<double> test_accuracy{}, accuracy_low{}, accuracy_high{};
  std::optional<double> standard_error{}, test_standard_error{};
};

// What a search left in its folder.
struct SearchedFront {
  std::string platform;  // with what the command line replaced: "h4h-7nm, cim.macros=0"
  std::string platform_file, platform_hash;
  std::vector<std::string> platform_settings;
  std::string space, space_file, accuracy;
  std::string space_identity;                          // name and hash
  sim::Objective objective = sim::Objective::latency;  // latency or energy
  std::vector<FrontNetwork> networks;
  std::optional<HealthSummary> health{};  // of the supernet that was searched
};

// Reads search.json of a search's folder. Throws FrontsError.
SearchedFront read_front(const std::filesystem::path& folder);

// All networks of all fronts, each once.
std::vector<FrontNetwork> all_networks(const std::vector<SearchedFront>& fronts);

// Of `networks`, costed on the front's platform, those that none is better than in both.
void replace_front(SearchedFront& front, std::vector<FrontNetwork> networks);

// Throws FrontsError unless all are of one space, one source of accuracies and one objective.
void check_comparable(const std::vector<SearchedFront>& fronts);

// Two accuracies that every front reaches: the highest such, and the middle between it and the
// highest of the fronts' least accurate networks.
std::vector<double> common_accuracies(const std::vector<SearchedFront>& fronts);

// The cheapest network of at least this accuracy; nullptr where there is none.
const FrontNetwork* cheapest(const SearchedFront& front, double accuracy);

// One row for each front and accuracy.
std::string format_fronts_table(const std::vector<SearchedFront>& fronts,
                                const std::vector<double>& accuracies);
// Schema "h4h.fronts/1".
Document fronts_document(const std::vector<SearchedFront>& fronts,
                         const std::vector<double>& accuracies);
// One HTML page that holds everything it needs and fetches nothing. `command`: that asked for it.
std::string format_fronts_page(const std::vector<SearchedFront>& fronts,
                               const std::vector<double>& accuracies,
                               const std::string& command = {});

}  // namespace h4h::nas
