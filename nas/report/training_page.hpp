#pragma once

#include <string>

#include "base/json/document.hpp"

namespace h4h::nas {

// The page of a training: `train` is train.json, `metrics` the text of metrics.jsonl, of whose
// steps at most some hundred are drawn. One HTML page that holds everything it needs and fetches
// nothing. `command`: of the training, for a shell.
std::string format_training_page(const std::string& space, const Document& train,
                                 const std::string& metrics, const std::string& command);

}  // namespace h4h::nas
