#include "sim/workers/process_workers.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "nas/cost/cost_table.hpp"
#include "nas/space/load.hpp"
#include "platforms/description/layer_hardware.hpp"
#include "platforms/description/loader.hpp"
#include "platforms/description/overrides.hpp"
#include "sim/costs/layer_costs.hpp"
#include "sim/job/wire.hpp"
#include "sim/mapping/mapper.hpp"
#include "sim/variants/variant_wire.hpp"
#include "tests/tools/support.hpp"
#include "tools/h4h/run_variants.hpp"
#include "workloads/nets/catalogue.hpp"

namespace h4h::tests {
namespace {

const platforms::Platform& chip() {
  static const platforms::Platform platform =
      platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml");
  return platform;
}

std::unique_ptr<sim::ProcessWorkers> workers(int count, const char* program = H4H_BINARY) {
  return std::make_unique<sim::ProcessWorkers>(program, count);
}

sim::LayerJob job(std::int64_t channels) {
  const workloads::Shape in{14, 14, 32};
  const workloads::Op op = workloads::Conv2d{channels, {}, workloads::Activation::relu};
  return {{op, {in}, {14, 14, channels}, {}, {}}, sim::split_between(channels, 0, 0, 0), {}};
}

sim::Ask ask(std::uint64_t ticket, std::int64_t channels) {
  return {ticket, platforms::layer_text(chip().hardware, {platforms::kNpu}),
          sim::encode(job(channels))};
}

sim::Mapping mapped(sim::JobResults& results) {
  const workloads::Network network = *workloads::build_by_name("mobilenet_v2");
  sim::LayerCosts costs(chip().hardware, results);
  sim::begin_mapping(costs, chip(), network);
  return std::get<sim::Mapping>(sim::map_network(costs, chip(), network, sim::Strategy::automatic));
}

TEST(Workers, FindWhatThisProcessFinds) {
  sim::JobResults alone, shared(nullptr, workers(2));
  const sim::Mapping a = mapped(alone), b = mapped(shared);
  EXPECT_EQ(a.layers, b.layers);
  // Workers begin with few shares that the search does not ask for: it looks at hundreds.
  EXPECT_LT(shared.simulated(), 3 * alone.simulated());
}

TEST(Workers, OneThatIsKilledIsStartedAgainAndNothingIsLost) {
  const auto pool = workers(2);
  constexpr std::uint64_t kJobs = 300;
  for (std::uint64_t i = 0; i < kJobs; ++i) pool->submit(ask(i, 16 + static_cast<int>(i)));
  const pid_t victim = pool->processes()[1];
  std::set<std::uint64_t> answered;
  while (const auto answer = pool->receive(true)) {
    EXPECT_TRUE(std::holds_alternative<sim::JobResult>(answer->result));
    EXPECT_TRUE(answered.insert(answer->ticket).second) << "answered twice";
    if (answered.size() == 60) ::kill(victim, SIGKILL);
  }
  EXPECT_EQ(answered.size(), kJobs);
  EXPECT_NE(pool->processes()[1], victim);
}

TEST(Workers, AJobThatEndsTwoOfThemIsAnErrorOfItsOwn) {
  const auto pool = workers(1, "/bin/false");
  pool->submit(ask(1, 16));
  pool->submit(ask(2, 16));
  for (const std::uint64_t ticket : {1U, 2U}) {
    const auto answer = pool->receive(true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->ticket, ticket);
    EXPECT_EQ(std::get<std::string>(answer->result),
              "two workers died while simulating it; the last one exited with code 1");
  }
  EXPECT_FALSE(pool->receive(true));
}

TEST(Workers, AFailedJobIsReportedWithAllThatItConsistsOf) {
  sim::JobResults results(nullptr, workers(1, "/bin/false"));
  sim::LayerCosts costs(chip().hardware, results);
  costs.begin(job(16));
  const std::string message = message_of<sim::JobFailed>([&] { costs.cost(job(16)); });
  EXPECT_NE(message.find("two workers died while simulating it"), std::string::npos) << message;
  EXPECT_NE(message.find("job: conv"), std::string::npos) << message;
  EXPECT_NE(message.find("noc.bandwidth=8000000000 B/s"), std::string::npos) << message;
}

TEST(Workers, AJobThatIsNonsenseIsAnsweredAndTheNextOneToo) {
  const auto pool = workers(1);
  pool->submit({1, platforms::layer_text(chip().hardware, {platforms::kNpu}), "nonsense"});
  pool->submit({2, "npu.clock=1 kg", sim::encode(job(16))});
  pool->submit(ask(3, 16));
  EXPECT_TRUE(std::holds_alternative<std::string>(pool->receive(true)->result));
  EXPECT_TRUE(std::holds_alternative<std::string>(pool->receive(true)->result));
  EXPECT_TRUE(std::holds_alternative<sim::JobResult>(pool->receive(true)->result));
}

// A program that ends at once the first `failures` times that it is started, and then works.
std::string unreliable(const TemporaryFolder& folder, int failures) {
  const std::string counter = (folder.path() / "starts").string();
  const auto script = folder.write("h4h", "#!/bin/sh\necho x >>" + counter + "\n[ $(wc -l <" +
                                              counter + ") -gt " + std::to_string(failures) +
                                              " ] || exit 1\nexec " H4H_BINARY " \"$@\"\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  return script.string();
}

TEST(Workers, ACandidateWhoseLayersFailedIsAnErrorAndNotAWrongNumber) {
  const TemporaryFolder folder;
  const nas::Space space = nas::load_space((source_dir() / "nas/spaces/toy.yaml").string());
  sim::JobResults results(nullptr, workers(1, unreliable(folder, 2).c_str()));
  nas::CostTable table(space, chip(), sim::Objective::latency, results);
  table.begin({space.min()});
  EXPECT_THROW(table.evaluate({space.min()}), sim::JobFailed);
  EXPECT_THROW(table.evaluate({space.min()}), sim::JobFailed) << "and stays one";
  EXPECT_GT(table.evaluate({space.max()}).front().latency_s, 0) << "others are answered";
}

TEST(Workers, OneThatHangsIsKilledAndItsJobAnsweredWithAnError) {
  const TemporaryFolder folder;
  const auto script = folder.write("h4h", "#!/bin/sh\nexec sleep 1000\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  sim::ProcessWorkers pool(script, 1, std::chrono::milliseconds(200));
  pool.submit(ask(7, 16));
  const auto answer = pool.receive(true);
  EXPECT_EQ(answer->ticket, 7u);
  EXPECT_EQ(
      std::get<std::string>(answer->result),
      "two workers died while simulating it; the last one was ended after 0.2 s without an answer");
}

TEST(Workers, ThoseThatAnswerAreNotKilledHoweverLongAllOfItTakes) {
  sim::ProcessWorkers pool(H4H_BINARY, 1, std::chrono::seconds(20));
  for (std::uint64_t i = 0; i < 40; ++i) pool.submit(ask(i, 16 + static_cast<int>(i)));
  const pid_t process = pool.processes().front();
  while (const auto answer = pool.receive(true)) {
    EXPECT_TRUE(std::holds_alternative<sim::JobResult>(answer->result));
  }
  EXPECT_EQ(pool.processes().front(), process);
}

TEST(Workers, OneThatCannotBeStartedAgainLeavesTheWorkToTheOthers) {
  const TemporaryFolder folder;
  const std::string program = unreliable(folder, 0);
  const auto pool = workers(2, program.c_str());
  for (std::uint64_t i = 0; i < 2; ++i) pool->submit(ask(100 + i, 16));
  while (pool->receive(true)) {  // both have started
  }
  std::filesystem::remove(program);
  ::kill(pool->processes()[0], SIGKILL);
  for (std::uint64_t i = 0; i < 20; ++i) pool->submit(ask(i, 16 + static_cast<int>(i)));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(pool->receive(true)) << i;
  ::kill(pool->processes()[1], SIGKILL);
  pool->submit(ask(99, 16));
  EXPECT_THROW(pool->receive(true), std::system_error) << "nobody is left";
}

// Two networks on three chips, one of which cannot run them.
tools::VariantRun variants() {
  const auto variant = [](std::size_t i) {
    const std::vector<const char*> changes{"cim.macros=2", "noc.bandwidth=3 GB/s",
                                           "sram.size=4 KiB"};
    return platforms::with(chip(), {platforms::parse_override("sram.overflow=infeasible"),
                                    platforms::parse_override(changes[i])});
  };
  return {3,
          variant,
          {{*workloads::build_by_name("ds_cnn_kws"), *workloads::build_by_name("resnet8")}}};
}

std::vector<std::string> texts(const std::vector<sim::VariantPoint>& points) {
  std::vector<std::string> all;
  for (const sim::VariantPoint& point : points) all.push_back(encode(sim::VariantNews{{}, point}));
  return all;
}

std::unique_ptr<sim::CostStore> store(const TemporaryFolder& folder) {
  return std::make_unique<sim::CostStore>(folder.path() / "costs.sqlite");
}

TEST(Workers, FindOfVariantsWhatThisProcessFinds) {
  sim::JobResults alone, shared(nullptr, workers(2));
  const auto here = tools::run_variants(variants(), alone);
  ASSERT_EQ(here.size(), 6u);
  EXPECT_FALSE(here[3].infeasible);
  EXPECT_TRUE(here[4].infeasible);
  EXPECT_EQ(texts(tools::run_variants(variants(), shared)), texts(here));
}

TEST(Workers, LayersOfVariantsAreStoredAndNotSimulatedAgain) {
  const TemporaryFolder folder;
  sim::JobResults cold(store(folder), workers(2));
  const auto first = tools::run_variants(variants(), cold);
  EXPECT_GT(cold.simulated(), 0);
  sim::JobResults warm(store(folder), workers(2)), alone(store(folder));
  EXPECT_EQ(texts(tools::run_variants(variants(), warm)), texts(first));
  EXPECT_EQ(texts(tools::run_variants(variants(), alone)), texts(first));
  EXPECT_EQ(warm.simulated(), 0);
  EXPECT_EQ(alone.simulated(), 0);
}

TEST(Workers, AVariantWhoseWorkerDiesIsBegunAgain) {
  const TemporaryFolder folder;
  sim::JobResults alone, shared(nullptr, workers(1, unreliable(folder, 1).c_str()));
  EXPECT_EQ(texts(tools::run_variants(variants(), shared)),
            texts(tools::run_variants(variants(), alone)));
}

TEST(Workers, AVariantThatEndsTwoOfThemIsAnError) {
  sim::JobResults results(nullptr, workers(2, "/bin/false"));
  EXPECT_EQ(message_of<sim::JobFailed>([&] { tools::run_variants(variants(), results); }),
            "two workers died while simulating it; the last one exited with code 1");
}

TEST(Workers, AVariantThatIsNotAllowedIsAnErrorWhenTheOthersAreAnswered) {
  tools::VariantRun run = variants();
  run.platform = [](std::size_t i) {
    return platforms::with(chip(),
                           {platforms::parse_override(i < 2 ? "cim.macros=1" : "cim.macros=-1")});
  };
  sim::JobResults results(nullptr, workers(2));
  EXPECT_THROW(tools::run_variants(run, results), platforms::OverrideError);
  EXPECT_FALSE(results.workers().receive(true)) << "nothing is left";
}

TEST(Workers, AVariantThatIsNonsenseIsAnsweredAndTheNextOneToo) {
  const auto pool = workers(1);
  const sim::VariantTask task{variants().networks, "", {}, false};
  const std::string platform = sim::encode(chip());
  const auto submit = [&](std::uint64_t ticket, const std::string& context,
                          const std::string& item) {
    pool->submit({ticket, context, item, sim::Work::variant});
    return pool->receive(true)->result;
  };
  EXPECT_EQ(std::get<std::string>(submit(1, "nonsense", "")), "bytes end within a list");
  EXPECT_EQ(std::get<std::string>(submit(2, encode(task), encode(sim::VariantAsk{platform, 2}))),
            "no network of the task");
  EXPECT_EQ(std::get<std::string>(submit(3, encode(task), encode(sim::VariantAsk{"", 0}))),
            "bytes end within a number");
  const auto good = submit(4, encode(task), encode(sim::VariantAsk{platform, 0}));
  EXPECT_FALSE(sim::decode_news(std::get<sim::Part>(good).bytes).point->infeasible);
}

// A program that answers the first ask, of ticket 0, with these shell commands; `say K TEXT` sends
// a message of kind K and three letters.
std::string scripted(const TemporaryFolder& folder, const std::string& commands) {
  const auto script = folder.write(
      "scripted",
      "#!/bin/sh\nsay() { printf '\\014\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000%s' "
      "\"$1$2\" >&3; }\n" +
          commands + "\nexec sleep 1000\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  return script.string();
}

TEST(Workers, OneThatAnswersInPartsIsNotKilledHoweverLongAllOfItTakes) {
  const TemporaryFolder folder;
  const std::string program =
      scripted(folder, "for i in 1 2 3 4 5 6; do say p abc; sleep 0.5; done; say l end");
  sim::ProcessWorkers pool(program, 1, std::chrono::milliseconds(2000));
  pool.submit({0, "context", "item", sim::Work::variant});
  for (int i = 0; i < 6; ++i) {
    const sim::Answer answer = *pool.receive(true);
    EXPECT_FALSE(answer.is_last());
    EXPECT_EQ(std::get<sim::Part>(answer.result).bytes, "abc");
  }
  const sim::Answer last = *pool.receive(true);
  EXPECT_TRUE(last.is_last());
  EXPECT_EQ(std::get<sim::Part>(last.result).bytes, "end");
  EXPECT_FALSE(pool.receive(true));
}

TEST(Workers, AnAnswerToAVariantThatIsNonsenseIsRefused) {
  const TemporaryFolder folder;
  sim::JobResults results(nullptr, workers(1, scripted(folder, "say l abc").c_str()));
  EXPECT_THROW(tools::run_variants(variants(), results), sim::WireError);
}

TEST(Workers, AProgramThatIsNotThereIsNamed) {
  EXPECT_NE(message_of<std::system_error>([] { workers(1, "/none/h4h"); }).find("/none/h4h"),
            std::string::npos);
}

TEST(WorkerProcess, BytesThatAreNoJobsEndItWithAMessage) {
  const auto fed = [](const std::string& bytes) {
    return run("printf '" + bytes + "' | " H4H_BINARY " --worker 3<&0");
  };
  const std::string start = "h4h --worker: descriptor 3 carries no jobs of h4h: ";
  for (const auto& [bytes, what] :
       {std::pair("garbage", "a message of 1651663207 bytes"),
        std::pair("ab", "the stream ends inside a message"),
        std::pair("\\003\\000\\000\\000abc", "a message is cut short")}) {
    const Outcome o = fed(bytes);
    EXPECT_EQ(o.code, 1) << bytes;
    EXPECT_EQ(o.err, start + what + "; other commands start such processes\n");
  }
  const Outcome closed = run(H4H_BINARY " --worker 3<&-");
  EXPECT_EQ(closed.code, 1);
  EXPECT_EQ(closed.err.find(start + "cannot read: Bad file descriptor"), 0u) << closed.err;
  EXPECT_EQ(fed("").code, 0);
}

}  // namespace
}  // namespace h4h::tests
