#pragma once

#include "base/file/input_file.hpp"
#include "base/table/table.hpp"
#include "nas/accuracy/health.hpp"
#include "nas/search/description.hpp"
#include "nas/space/search_space.hpp"

namespace h4h::nas {

// What a network of the front is, beyond its genes.
struct NetworkFacts {
  std::int64_t macs = 0, parameters = 0;
  double cim_share = 0;                        // of the MACs
  std::optional<double> test_accuracy;         // on images that no search asks about
  std::optional<AccuracyInterval> interval{};  // where the accuracy is no measurement
  std::optional<double> standard_error{}, test_standard_error{};  // of both, where known
};

// A complete search, ready to be written.
struct SearchResult {
  Description arguments;
  std::string space_file, platform_file;  // as they were named
  std::string accuracy_source{};          // the same; empty: not kept
  std::string platform_name, platform_hash;
  std::vector<std::string> platform_settings;  // KEY=VALUE that replaced the file's values
  std::vector<ChipGene> varied{};              // keys of the platform that the search varied
  double largest_macro_area_mm2 = 0;           // of the chips that they make
  Problem problem;
  std::vector<Candidate> evaluated, control;  // control: drawn at random
  std::vector<NetworkFacts> facts;            // of each network of the front
  // Of each network of the random front, where accuracies are no measurements.
  std::vector<AccuracyInterval> random_intervals{};
  // Of each network of the random front, where all are known.
  std::vector<double> random_standard_errors{};
  bool preselected = false;               // candidates were chosen before they were measured
  std::optional<HealthSummary> health{};  // of the supernet that was searched
  std::string command{};                  // that searched, for a shell; "" for none
};

// Where both hypervolumes are measured from: the accuracy of the space's smallest network and the
// cost of its largest, so that searches of the same space, platform and accuracies measure from the
// same point, whatever they looked at. Where the smallest is over a budget, so that nobody asked
// for its accuracy: that of a guess. Where the largest does not run: the highest cost within
// budgets. Where the chip varies, the largest network's cost is that on the first of the chips, and
// the area a tenth above the largest: a front on chips of one area has a volume too.
struct Reference {
  double accuracy = 0, cost = 0, area = 0;
};
Reference reference(const Space& space, const SearchResult& result);
// Of candidates, from there. Where the chip varies it is x mm2.
double hypervolume(const SearchResult& result, const Reference& from,
                   const std::vector<Candidate>& candidates);

// Whether its accuracies are those of the surrogate: estimates, nothing was trained.
bool by_surrogate(const SearchResult& result);

// genotype,accuracy,latency_s,energy_j; from the cheapest to the most expensive; where the chip
// varies then macro_area_mm2 and the varied keys with their values. Accuracies of the
// surrogate have accuracy_low and accuracy_high, and say so in a column accuracy_by; measured ones
// whose standard error is known have accuracy_standard_error.
Table random_front_table(const Space& space, const SearchResult& result);
// The same, and test_accuracy and test_accuracy_standard_error where they are known.
Table front_table(const Space& space, const SearchResult& result);
// Of search.json, which read_front reads back.
inline constexpr FileLimit kSearchResultLimit{"search result", 64 << 20};
// Schema "h4h.search/1".
Document search_document(const Space& space, const SearchResult& result);
// One HTML page that holds everything it needs and fetches nothing.
std::string format_search_page(const Space& space, const SearchResult& result);

}  // namespace h4h::nas
