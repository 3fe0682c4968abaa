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
    return bound_share(devices, job, device);
  } catch (const models::PlanTooLarge&) {
    return {};
  } catch (const std::overflow_error&) {
    return {};
  } catch (const std::invalid_argument&) {
    return {};
  }
}

}  // namespace

const models::WorkBound& CostBounds::work(const LayerJob& job, DeviceId device) {
  LayerJob own{job.layer, {}, job.context};
  own.split.shares.resize(job.split.shares.size());
  own.split.shares[device] = job.split.shares[device];
  const auto [place, is_new] = works_.try_emplace(encode(own));
  if (is_new) place->second = bound_or_nothing(devices_, own, device);
  return place->second;
}

JobBound CostBounds::of(const LayerJob& job) {
  std::vector<models::WorkBound> works;
  for (DeviceId id = 0; id < job.split.shares.size(); ++id) {
    if (job.split.channels(id) > 0) works.push_back(work(job, id));
  }
  return bound_job(hardware_, works);
}

}  // namespace h4h::sim
