#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace h4h::nas {

// The page of a training: `train` is train.json, `metrics` the text of metrics.jsonl, of whose
// steps at most some hundred are drawn. One HTML page that holds everything it needs and fetches
// nothing.
std::string format_training_page(const std::string& space, const nlohmann::ordered_json& train,
                                 const std::string& metrics);

}  // namespace h4h::nas
