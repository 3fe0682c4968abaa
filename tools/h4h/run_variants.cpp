#include "tools/h4h/run_variants.hpp"

#include <exception>
#include <filesystem>
#include <map>
#include <system_error>

#include "sim/job/wire.hpp"
#include "sim/variants/variant_server.hpp"
#include "sim/variants/variant_wire.hpp"
#include "tools/h4h/progress.hpp"

namespace h4h::tools {
namespace {

void store(sim::JobResults& results) {
  if (results.store() != nullptr) results.store()->flush();
}

std::vector<sim::VariantPoint> run_here(const VariantRun& run, sim::JobResults& results) {
  std::vector<sim::VariantPoint> points;
  Progress progress(run.what, run.count);
  for (std::size_t i = 0; i < run.count; ++i) {
    const platforms::Platform platform = run.platform(i);
    sim::LayerCosts costs(platform.hardware, results);
    for (std::size_t n = 0; n < run.networks.networks.size(); ++n) {
      points.push_back(sim::variant_point(costs, platform, run.networks, n));
    }
    store(results);
    progress.show(i + 1);
  }
  return points;
}

// Asks are the points, in their order.
class Distributor {
 public:
  Distributor(const VariantRun& run, sim::JobResults& results)
      : run_(run), results_(results), networks_(run.networks.networks.size()) {
    results_.finish();
    sim::VariantTask task{run.networks, sim::this_machine(), {}, results.store() != nullptr};
    if (task.keep) task.store = absolute(results.store()->file());
    task_ = encode(task);
    points_.resize(run.count * networks_);
  }

  std::vector<sim::VariantPoint> run() {
    Progress progress(run_.what, run_.count);
    while (done_ < submitted_ || submit()) {
      // One waits for each that is under way.
      while (submitted_ - done_ < 2 * results_.workers().count() && submit()) {
      }
      if (!take(results_.workers().receive(true))) continue;
      store(results_);
      progress.show(++done_ / networks_);
    }
    if (!failures_.empty()) throw sim::JobFailed(failures_.begin()->second);
    if (no_platform_) std::rethrow_exception(no_platform_);
    return std::move(points_);
  }

 private:
  static std::filesystem::path absolute(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::absolute(file, ignored);
  }

  // What fails is thrown when what was submitted is answered: a rank of MPI that is left with an
  // answer would not end.
  bool submit() {
    if (submitted_ == points_.size() || !failures_.empty() || no_platform_) return false;
    const std::size_t network = submitted_ % networks_;
    try {
      if (network == 0) platform_ = sim::encode(run_.platform(submitted_ / networks_));
    } catch (...) {
      no_platform_ = std::current_exception();
      return false;
    }
    results_.workers().submit(
        {submitted_, task_, encode(sim::VariantAsk{platform_, network}), sim::Work::variant});
    ++submitted_;
    return true;
  }

  // Whether it was the last of a point.
  bool take(const std::optional<sim::Answer>& answer) {
    if (!answer) throw std::logic_error("a variant that was begun has no answer");
    if (const auto* failure = std::get_if<std::string>(&answer->result)) {
      failures_[answer->ticket] = *failure;
      return true;
    }
    const auto* part = std::get_if<sim::Part>(&answer->result);
    if (part == nullptr || answer->ticket >= submitted_)
      throw sim::WireError("no answer to a variant");
    sim::VariantNews news = sim::decode_news(part->bytes);
    for (const sim::StoredResult& result : news.results) results_.keep(result);
    if (!part->last) return false;
    if (!news.point) throw sim::WireError("an answer without a point");
    points_[answer->ticket] = std::move(*news.point);
    return true;
  }

  const VariantRun& run_;
  sim::JobResults& results_;
  std::size_t networks_, submitted_ = 0, done_ = 0;
  std::string task_;
  std::string platform_;  // of what is submitted next, encoded
  std::vector<sim::VariantPoint> points_;
  std::map<std::uint64_t, std::string> failures_;
  std::exception_ptr no_platform_;
};

}  // namespace

std::vector<sim::VariantPoint> run_variants(const VariantRun& run, sim::JobResults& results) {
  return results.has_workers() ? Distributor(run, results).run() : run_here(run, results);
}

std::vector<sim::VariantPoint> of_network(const std::vector<sim::VariantPoint>& points,
                                          std::size_t network, std::size_t networks) {
  std::vector<sim::VariantPoint> own;
  for (std::size_t i = network; i < points.size(); i += networks) own.push_back(points[i]);
  return own;
}

}  // namespace h4h::tools
