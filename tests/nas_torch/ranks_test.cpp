#include "nas/train/ranks.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "nas/supernet/supernet.hpp"
#include "nas/train/dealt_accuracy.hpp"
#include "nas/train/loss.hpp"
#include "nas/train/schedule.hpp"
#include "tests/nas_torch/training.hpp"

namespace h4h::tests {
namespace {

using nas::Ranks;
using workloads::Network;

#if defined(H4H_WITH_GLOO)

// Calls `work` on a thread for each rank, under a name of its own.
template <typename Work>
void on_ranks(std::int64_t size, Work work) {
  static int jobs = 0;
  const std::string job = "ranks-test-" + std::to_string(::getpid()) + "-" + std::to_string(++jobs);
  std::vector<std::thread> threads;
  for (std::int64_t rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      nas::RankPlace place;
      place.rank = rank;
      place.size = size;
      place.job = job;
      const Ranks ranks(place);
      work(ranks);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(RanksTest, SumsAndMeansAreOfAllRanksAndTheSameBitsOnEach) {
  std::vector<torch::Tensor> sums(3), means(3);
  on_ranks(3, [&](const Ranks& ranks) {
    const auto rank = static_cast<std::size_t>(ranks.rank());
    sums[rank] = torch::rand({1000}, at::detail::createCPUGenerator(rank));
    const torch::Tensor a = torch::full({2, 3}, static_cast<float>(rank)),
                        b = torch::full({4, 4}, 10.F).t();
    ranks.sum(sums[rank]);
    ranks.average({a, b});
    means[rank] = torch::cat({a.reshape({-1}), b.reshape({-1})});
  });
  torch::Tensor expected = torch::zeros({1000});
  for (std::uint64_t rank = 0; rank < 3; ++rank) {
    expected += torch::rand({1000}, at::detail::createCPUGenerator(rank));
  }
  EXPECT_TRUE(torch::allclose(sums[0], expected));
  EXPECT_TRUE(torch::equal(sums[0], sums[1]) && torch::equal(sums[0], sums[2]));
  EXPECT_TRUE(torch::equal(means[2].narrow(0, 0, 6), torch::ones({6})));
  EXPECT_TRUE(torch::equal(means[2].narrow(0, 6, 16), torch::full({16}, 10.F)));
}

TEST(RanksTest, AllHaveWhatTheFirstMakes) {
  std::vector<std::string> texts(2), empty(2, "x");
  on_ranks(2, [&](const Ranks& ranks) {
    const auto rank = static_cast<std::size_t>(ranks.rank());
    texts[rank] = ranks.from_first([&] { return std::string("by ") + std::to_string(rank); });
    empty[rank] = ranks.from_first([] { return std::string(); });
  });
  EXPECT_EQ(texts, (std::vector<std::string>{"by 0", "by 0"}));
  EXPECT_EQ(empty, (std::vector<std::string>{"", ""}));
}

TEST(RanksTest, AnErrorOfTheFirstEndsTheOthersToo) {
  std::vector<std::string> errors(2);
  on_ranks(2, [&](const Ranks& ranks) {
    const auto make = [&]() -> std::string { throw std::out_of_range("full"); };
    errors[static_cast<std::size_t>(ranks.rank())] =
        ranks.first() ? message_of<std::out_of_range>([&] { ranks.from_first(make); })
                      : message_of<nas::FirstRankFailed>([&] { ranks.from_first(make); });
  });
  EXPECT_EQ(errors, (std::vector<std::string>{"full", "rank 0 has failed"}));
}

TEST(RanksTest, ARankThatEndsIsNoticedByAllOthers) {
  std::vector<std::string> errors(3);
  on_ranks(3, [&](const Ranks& ranks) {
    ranks.wait();
    if (ranks.rank() == 1) return;
    errors[static_cast<std::size_t>(ranks.rank())] =
        message_of<nas::RanksError>([&] { ranks.wait(); });
  });
  for (const std::size_t rank : {0U, 2U}) {
    EXPECT_EQ(errors[rank].rfind("another rank has ended: ", 0), 0U) << errors[rank];
    EXPECT_EQ(errors[rank].find('\n'), std::string::npos) << errors[rank];
  }
}

// Of a network of one gene: its half, with a standard error where it is even.
class Halves : public nas::Accuracy {
 public:
  std::vector<double> evaluate(const std::vector<nas::Genotype>& candidates) override {
    std::vector<double> all;
    for (const nas::Genotype& genotype : candidates) {
      measured.push_back(genotype.front());
      all.push_back(genotype.front() / 2.0);
    }
    return all;
  }
  std::optional<double> standard_error(const nas::Genotype& genotype) override {
    return genotype.front() % 2 == 0 ? std::optional(0.125) : std::nullopt;
  }
  std::vector<int> measured;
};

TEST(RanksTest, CandidatesAreMeasuredByAllAndToldTheFirst) {
  std::vector<Halves> first(2), second(2);
  std::vector<double> accuracies, others;
  std::vector<std::optional<double>> errors;
  std::string made;
  on_ranks(2, [&](const Ranks& ranks) {
    const auto rank = static_cast<std::size_t>(ranks.rank());
    if (!ranks.first()) return nas::measure_for_first(ranks, {&first[rank], &second[rank]});
    made = nas::with_measuring_ranks(ranks, [&] {
      nas::DealtAccuracy one(ranks, 0, first[0]), two(ranks, 1, second[0]);
      accuracies = one.evaluate({{5}, {6}, {7}});
      for (const nas::Genotype& g : {nas::Genotype{5}, {6}, {8}})
        errors.push_back(one.standard_error(g));
      others = two.evaluate({{9}});
      EXPECT_TRUE(one.evaluate({}).empty());
      return std::string("done");
    });
  });
  EXPECT_EQ(made, "done");
  EXPECT_EQ(accuracies, (std::vector<double>{2.5, 3, 3.5}));
  EXPECT_EQ(errors, (std::vector<std::optional<double>>{std::nullopt, 0.125, std::nullopt}));
  EXPECT_EQ(others, (std::vector<double>{4.5}));
  EXPECT_EQ(first[0].measured, (std::vector<int>{5, 7}));
  EXPECT_EQ(first[1].measured, (std::vector<int>{6}));
  EXPECT_EQ(second[0].measured, (std::vector<int>{9}));
}

TEST(RanksTest, AnErrorOfTheFirstsWorkReleasesThoseThatMeasure) {
  std::string released;
  on_ranks(2, [&](const Ranks& ranks) {
    if (!ranks.first()) {
      released = message_of<nas::FirstRankFailed>([&] { nas::measure_for_first(ranks, {}); });
      return;
    }
    EXPECT_THROW(nas::with_measuring_ranks(
                     ranks, []() -> std::string { throw std::out_of_range("no network"); }),
                 std::out_of_range);
  });
  EXPECT_EQ(released, "rank 0 has failed");
}

float largest(const torch::Tensor& values) { return values.abs().max().item<float>(); }

nas::Labelled half(const nas::Labelled& batch, std::int64_t number) {
  const std::int64_t size = batch.labels.size(0) / 2;
  return {batch.images.narrow(0, number * size, size), batch.labels.narrow(0, number * size, size)};
}

// The whole of a step but for the masks.
nas::Recipe without_masks(std::int64_t steps) {
  nas::Recipe recipe = recipe_of("vanilla", steps);
  recipe.phases.front().dropout = recipe.phases.front().drop_connect = 0;
  return recipe;
}

// Of the networks of a step on both halves of a batch, by automatic differentiation through the
// slices of the shared tensors.
nas::Tensors accumulated(const nas::Parameters& parameters, const std::vector<Network>& subnets,
                         const nas::Labelled& batch) {
  const nas::Supernet supernet(nas::copied(parameters));
  for (const auto& [name, p] : supernet.parameters()) p.value.requires_grad_();
  for (const std::int64_t number : {0, 1}) {
    const nas::Labelled part = half(batch, number);
    for (const Network& subnet : subnets) {
      const torch::Tensor logits = supernet.forward(subnet, part.images, {});
      const auto terms = static_cast<double>(2 * subnets.size());
      (nas::smoothed_cross_entropy(logits, part.labels, 0.1) / terms).backward();
    }
  }
  nas::Tensors gradients;
  for (const auto& [name, p] : supernet.parameters()) gradients[name] = p.value.grad();
  return gradients;
}

std::vector<Network> networks_of_step(const nas::Space& space, std::uint64_t seed,
                                      std::uint64_t step) {
  constexpr std::uint64_t kArchitectures = 1;
  nas::Random random{seed, kArchitectures, step};
  std::vector<Network> all{space.network(space.max())};
  for (int i = 0; i < 2; ++i) all.push_back(space.network(space.sample(random)));
  all.push_back(space.network(space.min()));
  return all;
}

struct Reference {
  nas::Parameters parameters;
  nas::Tensors gradients;  // of the last step
};

// One process that adds up the gradients of both halves before it changes a parameter.
Reference trained_on_halves(const nas::Space& space, std::int64_t steps) {
  const nas::Recipe recipe = without_masks(steps);
  const nas::Phase& phase = recipe.phases.front();
  Reference made{nas::copied(nas::Trainer(space, recipe, seed()).state().parameters), {}};
  std::map<std::string, nas::Moments> moments;
  for (std::int64_t step = 0; step < steps; ++step) {
    const auto number = static_cast<std::uint64_t>(step);
    made.gradients = accumulated(made.parameters, networks_of_step(space, 1, number),
                                 bright_corners(16, number));
    nas::clip_norm(made.gradients, phase.clip);
    nas::adamw(made.parameters, moments, made.gradients,
               phase.learning_rate * nas::schedule(phase, step, steps), step + 1, phase);
  }
  return made;
}

TEST(RanksTest, TwoTrainAsOneThatAccumulatesTwoHalves) {
  constexpr std::int64_t kSteps = 3;
  const nas::Space space = small_space();
  std::vector<nas::Parameters> trained(2);
  std::vector<std::vector<nas::StepReport>> reports(2);
  on_ranks(2, [&](const Ranks& ranks) {
    nas::TrainerOptions options = seed();
    options.ranks = &ranks;
    nas::Trainer trainer(space, without_masks(kSteps), options);
    const auto rank = static_cast<std::size_t>(ranks.rank());
    for (std::uint64_t step = 0; step < kSteps; ++step) {
      const nas::Labelled batch = bright_corners(16, step);
      reports[rank].push_back(trainer.step(half(batch, ranks.rank()), rank == 1 && step == 2));
    }
    trained[rank] = trainer.state().parameters;
  });
  const Reference expected = trained_on_halves(space, kSteps);
  ASSERT_EQ(trained[0].size(), expected.parameters.size());
  std::size_t compared = 0;
  for (const auto& [name, p] : expected.parameters) {
    EXPECT_TRUE(torch::equal(trained[0].at(name).value, trained[1].at(name).value)) << name;
    // AdamW makes steps of full size of rounding errors, where a gradient is 0 in exact arithmetic:
    // of what is added to all inputs of a normalisation.
    if (largest(expected.gradients.at(name)) < 1e-6) continue;
    ++compared;
    EXPECT_LT(largest(trained[0].at(name).value - p.value), 1e-5) << name;
  }
  EXPECT_GE(compared + 4, expected.parameters.size());
  const auto logits = [&](const nas::Parameters& parameters) {
    return nas::Supernet(nas::copied(parameters))
        .forward(space.network(space.max()), bright_corners(16, 9).images, {});
  };
  EXPECT_LT(largest(logits(trained[0]) - logits(expected.parameters)), 1e-5);
  EXPECT_EQ(reports[0][1].loss, reports[1][1].loss);
  EXPECT_FALSE(reports[0][1].stop);
  EXPECT_TRUE(reports[0][2].stop) << "rank 1 has told that it wants to end";
}

// What is not linear in the gradients comes after their exchange.
TEST(RanksTest, AProjectionIsThatOfTheMeanGradients) {
  const nas::Space space = small_space();
  const std::vector<Network> all = networks_of_step(space, 1, 0);
  const nas::Supernet supernet(all.front(), 3);
  const nas::Labelled batch = bright_corners(16, 1);
  nas::Phase phase;
  phase.dropout = phase.drop_connect = 0;
  phase.gradients = nas::Combination::sum;
  const auto gradients = [&](const std::vector<Network>& networks, const nas::Labelled& part,
                             const nas::StepMode& mode) {
    return nas::sandwich_gradients(supernet.parameters(), networks, phase, part, mode,
                                   at::detail::createCPUGenerator(1))
        .gradients;
  };
  nas::Tensors made;
  on_ranks(2, [&](const Ranks& ranks) {
    const nas::Tensors mine = gradients(all, half(batch, ranks.rank()), {false, true, &ranks});
    if (ranks.first()) made = mine;
  });
  const auto mean = [&](const std::vector<Network>& networks) {
    nas::Tensors sum = gradients(networks, half(batch, 0), {});
    for (const auto& [name, other] : gradients(networks, half(batch, 1), {})) {
      sum[name] = (sum[name] + other) / 2;
    }
    return sum;
  };
  const nas::Tensors of_largest = mean({all.front()}), of_all = mean(all);
  for (const auto& [name, gradient] : made) {
    const torch::Tensor& first = of_largest.at(name);
    const torch::Tensor expected = nas::projected_sum(first, of_all.at(name) - first);
    EXPECT_LT(largest(gradient - expected), 2e-5) << name;
  }
}

#else

TEST(RanksTest, ABuildWithoutGlooSaysSo) {
  nas::RankPlace place;
  place.size = 2;
  EXPECT_NE(message_of<nas::RanksError>([&] {
              Ranks ranks(place);
            }).find("this build works in one process, but 2 were started"),
            std::string::npos);
}

#endif

TEST(RanksTest, OneAloneIsTheIdentity) {
  const Ranks ranks;
  EXPECT_TRUE(ranks.first() && ranks.alone());
  const torch::Tensor a = torch::rand({3}), before = a.clone();
  ranks.sum(a);
  ranks.average({a});
  EXPECT_TRUE(torch::equal(a, before));
  EXPECT_EQ(ranks.from_first([] { return std::string("x"); }), "x");
}

}  // namespace
}  // namespace h4h::tests
