#include "nas/report/training_page.hpp"

#include <string_view>
#include <vector>

#include "base/json/json_parser.hpp"
#include "base/text/take_line.hpp"
#include "nas/report/page_assets.hpp"
#include "sim/report/page_text.hpp"

namespace h4h::nas {
namespace {

constexpr std::size_t kMostSteps = 400;

// 0 where there is none.
double number_of(const Document& step, const char* key) {
  const Document* const value = step.find(key);
  return value != nullptr && value->is_number() ? value->number() : 0;
}

// Means of as many groups of steps: [last step, loss, of the largest, of the smallest].
Document losses(const std::string& metrics) {
  std::vector<Document> steps;
  for (std::string_view rest = metrics; !rest.empty();) {
    Document step = parse_json_or_null(take_line(rest));
    if (step.contains("loss")) steps.push_back(std::move(step));
  }
  const std::size_t group = (steps.size() + kMostSteps - 1) / kMostSteps;
  Document all = Document::array();
  for (std::size_t begin = 0; begin < steps.size(); begin += group) {
    const std::size_t end = std::min(begin + group, steps.size());
    const auto mean = [&](const char* key) {
      double sum = 0;
      for (std::size_t i = begin; i < end; ++i) sum += number_of(steps[i], key);
      return sum / static_cast<double>(end - begin);
    };
    all.push_back(Document::array(
        {steps[end - 1].at("step"), mean("loss"), mean("loss_max"), mean("loss_min")}));
  }
  return all;
}

}  // namespace

std::string format_training_page(const std::string& space, const Document& train,
                                 const std::string& metrics, const std::string& command) {
  Document data{{"schema", "h4h.train/1"}, {"train", train}, {"losses", losses(metrics)}};
  return sim::assemble_page(
      {"Training of " + space, "H4H training", search_asset("train.html"), std::move(data),
       std::string(search_asset("genes.js")) + std::string(search_asset("train.js")), command});
}

}  // namespace h4h::nas
