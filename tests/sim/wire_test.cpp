#include "sim/job/wire.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/sim/support.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::sim {
namespace {

// Jobs of every built-in network, under several splits.
std::vector<LayerJob> many_jobs() {
  const platforms::Platform chip = testing::platform("h4h-7nm", {"sram.size=100 KiB"});
  std::vector<LayerJob> jobs;
  LayerCosts costs(chip.hardware);
  for (const auto& [name, parameters, description] : workloads::catalogue()) {
    const workloads::Network network = *workloads::build_by_name(name);
    for (const Strategy strategy : {Strategy::npu, Strategy::cim}) {
      const auto mapping = std::get<Mapping>(map_network(costs, chip, network, strategy));
      for (StripeJob& step : stripe_jobs(chip.hardware, network, mapping)) {
        jobs.push_back(std::move(step.job));
      }
    }
  }
  return jobs;
}

TEST(Wire, JobsComeBackAsTheyWere) {
  for (LayerJob job : many_jobs()) {
    job.context.first_layer = job.split.channels(platforms::kNpu) % 2 == 0;
    job.context.slack = {job.context.first_layer ? 0 : 123'456'789'012};
    job.layer.coded_weight_bytes = job.layer.output.channels;
    const LayerJob back = decode_job(encode(job));
    EXPECT_EQ(canonical_text(back), canonical_text(job));
    EXPECT_EQ(encode(back), encode(job));
    EXPECT_TRUE(back.layer == job.layer);
  }
}

TEST(Wire, AnEncoderWritesWhatTheFunctionDoes) {
  JobEncoder encoder;
  for (LayerJob job : many_jobs()) {
    EXPECT_EQ(encoder.encode(job), encode(job));
    job.split.shares[platforms::kNpu].channels += 1;  // of the same layer
    EXPECT_EQ(encoder.encode(job), encode(job));
    job.context.slack.count += 1;
    EXPECT_EQ(encoder.encode(job), encode(job));
  }
}

TEST(Wire, JobsThatDifferHaveOtherBytes) {
  std::map<std::string, std::string> texts;
  for (const LayerJob& job : many_jobs()) {
    const auto [place, is_new] = texts.try_emplace(encode(job), canonical_text(job));
    EXPECT_EQ(place->second, canonical_text(job));
  }
  EXPECT_GT(texts.size(), 200u);
}

TEST(Wire, EveryOpComesBack) {
  const workloads::Shape s{4, 6, 8};
  const workloads::Window w = workloads::same_window(s, 3, 2);
  using workloads::Activation;
  const std::vector<workloads::Op> ops{
      workloads::Conv2d{3, w, Activation::prelu},
      workloads::DepthwiseConv2d{2, w, Activation::tanh},
      workloads::Linear{5, Activation::relu6},
      workloads::Pad{{1, 2, 3, 4}, 5, 6},
      workloads::Pool2d{workloads::PoolKind::max, w, Activation::relu},
      workloads::Mean{false, true, true},
      workloads::Elementwise{workloads::ElementwiseKind::mul, Activation::logistic},
      workloads::Activate{Activation::hard_swish},
      workloads::Concat{workloads::Axis::width},
      workloads::Reshape{{1, 2, 3}},
      workloads::Transpose{
          {workloads::Axis::channels, workloads::Axis::height, workloads::Axis::width}},
      workloads::Resize{workloads::ResizeKind::nearest, 7, 9},
      workloads::Softmax{},
      workloads::MatMul{true},
      workloads::LayerNorm{},
      workloads::Attention{4},
      workloads::LeakyRelu{},
      workloads::DepthToSpace{3},
      workloads::TransposeConv2d{5, 7, 11, w, Activation::relu},
      workloads::Lstm{6},
      workloads::Svdf{3, 2, 8, Activation::relu},
      workloads::SpaceToDepth{2},
      workloads::Unary{workloads::UnaryKind::lookup},
      workloads::Slice{{0, 1, 2}, {3, 2, 1}, {1, 2, 3}},
      workloads::Reduce{workloads::ReduceKind::prod, false, true, true},
      workloads::ArgMax{workloads::ArgKind::min, workloads::Axis::width},
      workloads::Gather{workloads::Axis::height, 9},
      workloads::Tile{{8, 6, 16}},
      workloads::GroupNorm{2}};
  ASSERT_EQ(ops.size(), std::variant_size_v<workloads::Op>);
  for (const workloads::Op& op : ops) {
    const LayerJob job{{op, {s, s}, s, 77, {}}, split_between(1, 2, 3, 4), {}};
    EXPECT_TRUE(decode_job(encode(job)).layer == job.layer) << workloads::op_name(op);
  }
}

TEST(Wire, ResultsComeBackAsTheyWere) {
  JobResult result;
  result.time = {INT64_MAX};
  result.weights_idle = {1};
  result.busy = {{5}, {6}, {7}};
  result.noc_read_bytes = 2;
  result.prefetched_bytes = -3;
  std::int64_t n = 100;
  for (const models::Event event : models::kEvents) result.counts[event] = n *= 7;
  result.counts[models::Event::measured_femtojoule] = 0;  // results of the model measure nothing
  result.source = Source::measured;
  EXPECT_EQ(decode_result(encode(result)), result);
}

TEST(Wire, BytesThatAreCutLongerOrNonsenseAreRefused) {
  const std::string bytes = encode(testing::on_npu(testing::conv({8, 8, 3}, 16, 3)));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_THROW(decode_job(bytes.substr(0, i)), WireError) << i;
  }
  EXPECT_THROW(decode_job(bytes + '\0'), WireError);
  EXPECT_THROW(decode_job("\x7f"), WireError);
  EXPECT_THROW(decode_result(std::string(100, '\xff')), WireError);
}

}  // namespace
}  // namespace h4h::sim
