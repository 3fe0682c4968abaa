#include "nas/report/training_page.hpp"

#include <sstream>
#include <vector>

#include "nas/report/page_assets.hpp"
#include "sim/report/page_text.hpp"

namespace h4h::nas {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostSteps = 400;

// Means of as many groups of steps: [last step, loss, of the largest, of the smallest].
Json losses(const std::string& metrics) {
  std::vector<Json> steps;
  std::istringstream stream(metrics);
  for (std::string line; std::getline(stream, line);) {
    Json step = Json::parse(line, nullptr, false);
    if (step.is_object() && step.contains("loss")) steps.push_back(std::move(step));
  }
  const std::size_t group = (steps.size() + kMostSteps - 1) / kMostSteps;
  Json all = Json::array();
  for (std::size_t begin = 0; begin < steps.size(); begin += group) {
    const std::size_t end = std::min(begin + group, steps.size());
    const auto mean = [&](const char* key) {
      double sum = 0;
      for (std::size_t i = begin; i < end; ++i) sum += steps[i].value(key, 0.0);
      return sum / static_cast<double>(end - begin);
    };
    all.push_back({steps[end - 1].at("step"), mean("loss"), mean("loss_max"), mean("loss_min")});
  }
  return all;
}

}  // namespace

std::string format_training_page(const std::string& space, const Json& train,
                                 const std::string& metrics) {
  const Json data{{"schema", "h4h.train/1"}, {"train", train}, {"losses", losses(metrics)}};
  return sim::assemble_page(
      {"Training of " + space, "H4H training", search_asset("train.html"),
       data.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
       std::string(search_asset("genes.js")) + std::string(search_asset("train.js"))});
}

}  // namespace h4h::nas
