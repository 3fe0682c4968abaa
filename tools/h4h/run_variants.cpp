#include "tools/h4h/run_variants.hpp"

#include <algorithm>
#include <deque>

#include "sim/mapping/mapping_file.hpp"
#include "tools/h4h/progress.hpp"

namespace h4h::tools {
namespace {

class Runner {
 public:
  Runner(const VariantRun& run, sim::JobResults& results) : run_(run), results_(results) {}

  std::vector<sim::VariantPoint> run() {
    std::vector<sim::VariantPoint> points;
    Progress progress(run_.what, run_.count);
    for (std::size_t i = 0; i < run_.count; ++i) {
      begin_until(std::min(run_.count, i + kAhead));
      Variant& at = begun_.front();
      for (const workloads::Network& network : run_.networks) {
        points.push_back(point(at, network));
      }
      begun_.pop_front();
      if (results_.store() != nullptr) results_.store()->flush();
      progress.show(i + 1);
    }
    return points;
  }

 private:
  static constexpr std::size_t kAhead = 8;

  struct Variant {
    Variant(platforms::Platform chip, sim::JobResults& results)
        : platform(std::move(chip)), costs(platform.hardware, results) {}
    platforms::Platform platform;
    sim::LayerCosts costs;
  };

  sim::VariantPoint point(Variant& at, const workloads::Network& network) const {
    try {
      return sim::variant_point(at.costs, at.platform, network,
                                run_.mapping.of(at.platform, network));
    } catch (const sim::MappingFileError& error) {
      sim::VariantPoint wrong;
      wrong.infeasible = error.what();
      return wrong;
    }
  }

  void begin_until(std::size_t end) {
    const bool ahead =
        results_.has_workers() && run_.mapping.wanted.strategy == sim::Strategy::automatic;
    for (; next_ < end; ++next_) {
      Variant& variant = begun_.emplace_back(run_.platform(next_), results_);
      if (!ahead) continue;
      for (const workloads::Network& network : run_.networks) {
        sim::begin_mapping(variant.costs, variant.platform, network, run_.mapping.wanted.goal);
      }
    }
  }

  const VariantRun& run_;
  sim::JobResults& results_;
  std::deque<Variant> begun_;
  std::size_t next_ = 0;
};

}  // namespace

std::vector<sim::VariantPoint> run_variants(const VariantRun& run, sim::JobResults& results) {
  return Runner(run, results).run();
}

std::vector<sim::VariantPoint> of_network(const std::vector<sim::VariantPoint>& points,
                                          std::size_t network, std::size_t networks) {
  std::vector<sim::VariantPoint> own;
  for (std::size_t i = network; i < points.size(); i += networks) own.push_back(points[i]);
  return own;
}

}  // namespace h4h::tools
