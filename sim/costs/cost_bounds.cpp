#include "sim/costs/cost_bounds.hpp"

#include <stdexcept>

#include "models/device/plan_size.hpp"
#include "sim/job/wire.hpp"

namespace h4h::sim {
namespace {

// A share that cannot be planned fails where it is simulated, with a message.
models::WorkBound bound_or_nothing(const models::Devices& devices, const LayerJob& job,
                                   DeviceId device) {
  try {
    models::WorkBound bound = bound_share(devices, job, device);
    bound.device = device;
    return bound;
  } catch (const models::PlanTooLarge&) {
    return {};
  } catch (const std::overflow_error&) {
    return {};
  } catch (const std::invalid_argument&) {
    return {};
  }
}

}  // namespace

CostBounds::Works& CostBounds::works_of(const LayerJob& job) {
  const bool again = works_ != nullptr && layer_ == job.layer && context_ == job.context;
  if (again) return *works_;
  layer_ = job.layer;
  context_ = job.context;
  works_ = &by_layer_[encode(LayerJob{job.layer, {}, job.context})];
  return *works_;
}

const models::WorkBound& CostBounds::work(const LayerJob& job, DeviceId device, Works& works) {
  const Share& share = job.split.shares[device];
  const auto [place, is_new] =
      works.try_emplace({device, share.channels, share.macros, share.units});
  if (!is_new) return place->second;
  LayerJob own{job.layer, {}, job.context};
  own.split.shares.resize(job.split.shares.size());
  own.split.shares[device] = share;
  return place->second = bound_or_nothing(devices_, own, device);
}

JobBound CostBounds::of(const LayerJob& job) {
  Works& known = works_of(job);
  at_work_.clear();
  for (DeviceId id = 0; id < job.split.shares.size(); ++id) {
    if (job.split.channels(id) > 0) at_work_.push_back(&work(job, id, known));
  }
  return bound_job(hardware_, at_work_);
}

}  // namespace h4h::sim
