// Each mechanism of the model is disabled or changed far, and claims must see it. Verdicts asserted
// here have a wide margin; a change of the model that turns one of them is worth a look.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "platforms/description/loader.hpp"
#include "tests/support/files.hpp"
#include "tools/studies/claims.hpp"

namespace h4h::tests {
namespace {

using studies::Claim;
using studies::Verdict;

using Ids = std::vector<std::string>;
using Results = std::map<std::string, studies::Result>;

struct Mutation {
  const char* mechanism;
  std::vector<std::string> settings;
  Ids moves;  // values that change
  Ids fails;  // claims that do not hold then
  Ids holds;  // claims that do not hold otherwise, and do then
};

void PrintTo(const Mutation& mutation, std::ostream* stream) { *stream << mutation.mechanism; }

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all{
      {"OperandBuffer",
       {"cim.dynamic_operands.size=0 B"},
       {"C9.mean.enforce", "C12.eight", "C14.saved.enforce"},
       {},
       {}},
      {"MatmulRuleArm",
       {"npu.dynamic_matmul.rule=arm"},
       {"C14.saved.enforce"},
       {"C14.saved.enforce"},
       {}},
      {"MatmulRuleDense", {"npu.dynamic_matmul.rule=dense"}, {"C14.saved.enforce"}, {}, {}},
      {"Duplex",
       {"noc.duplex=full"},
       {"C2.depthwise", "C3.depthwise.energy", "C3.depthwise.throughput", "C12.eight",
        "C22.modelled.4-units"},
       {},
       {"C1.rise.throughput", "C1.rise.energy", "C1.dip.throughput", "C1.dip.energy",
        "C1.saturation.throughput"}},
      {"Tenure",
       {"noc.exclusivity=none"},
       {"C8.exclusive", "C12.eight", "C22.modelled.networks"},
       {"C8.exclusive"},
       {}},
      {"WarmUpNone",
       {"noc.warm_up=0 ns"},
       {"C2.depthwise", "C3.fc.throughput", "C4.shipped", "C8.streaming", "C22.modelled.1-unit"},
       {},
       {}},
      {"WarmUpLong",
       {"noc.warm_up=4 us"},
       {"C2.fc", "C3.fc.throughput"},
       {"C1.order.throughput", "C3.saturation.fc"},
       {}},
      {"WordReadsCostly",
       {"energy.cim_read_bit=0.23 pJ"},
       {"C3.fc.energy", "C14.units.enforce"},
       {"C3.depthwise.energy"},
       {}},
      {"WordReadsFree",
       {"energy.cim_read_bit=0 pJ"},
       {"C3.depthwise.energy", "C3.fc.energy"},
       {"C14.units.enforce"},
       {"C22.modelled.4-units"}},
      {"WordsHeldForATile",
       {"cim.word_hold=tile"},
       {"C3.depthwise.energy", "C14.units.enforce", "C22.modelled.1-unit", "C22.modelled.networks"},
       {},
       {"C22.modelled.4-units"}},
      {"UnitsShareNoInput",
       {"energy.cim_operand_byte=0 pJ"},
       {"C14.units.enforce", "C22.modelled.4-units"},
       {},
       {}},
      {"StreamBufferSmall", {"cim.stream_buffer=128 B"}, {"C3.depthwise.throughput"}, {}, {}},
      {"BurstsOneAtATime",
       {"cim.outstanding=1"},
       {"C3.depthwise.throughput"},
       {"C3.dip.depthwise"},
       {}},
      {"MacrosSlow",
       {"cim.step=1 us"},
       {"C3.depthwise.throughput"},
       {"C2.fc", "C2.depthwise", "C3.fc.throughput", "C3.fc.energy", "C3.depthwise.throughput",
        "C3.depthwise.energy", "C3.dip.fc", "C4.shipped", "C8.streaming", "C13.layer"},
       {}},
      {"MacrosUseless",
       {"cim.step=10 us"},
       {},
       {"C9.mean.enforce", "C9.most.enforce", "C10.enforce", "C9.mean.ignore", "C9.most.ignore",
        "C10.ignore", "C12.eight"},
       {}},
      {"MacrosFast", {"cim.step=1 ns", "cim.read_time=1 ns"}, {"C2.fc"}, {"C2.conv"}, {}},
      {"WordsWide",
       {"cim.accumulators=64", "cim.step=100 ns"},
       {},
       {"C3.saturation.depthwise"},
       {}},
      {"NocNarrow", {"noc.bandwidth=200 MB/s"}, {}, {"C1.saturation.energy", "C4.macros"}, {}},
      {"EnergyOfTheSramAlone",
       {"energy.weight_byte=0 pJ", "energy.noc_byte=0 pJ", "energy.sram_byte=20 pJ"},
       {},
       {"C1.order.energy"},
       {}},
  };
  return all;
}

const studies::Claims& claims() {
  static const studies::Claims all(source_dir() / "tools/studies/claims.yaml");
  return all;
}

const Claim& claim(const std::string& id) {
  const auto& all = claims().all();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Claim& c) { return c.id == id; });
  if (found == all.end()) throw std::invalid_argument("no claim " + id);
  return *found;
}

const studies::Setup& paper() {
  static sim::JobResults results;
  static const studies::Setup setup = [] {
    studies::Setup paper(platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"),
                         results);
    // Few networks, the smallest and the largest among them: verdicts at the default mean nothing.
    paper.set_search({nas::Algorithm::nsga2, 8, 8, 1});
    return paper;
  }();
  return setup;
}

// Studies on the chip as it is, once; the hardware of figure 11 for one network with attention.
const studies::Result& base(const std::string& study) {
  static Results results;
  const auto known = results.find(study);
  if (known != results.end()) return known->second;
  if (study == "fig11-hardware")
    return results[study] = studies::fig11_hardware_of(paper(), {"mid@224"});
  for (const studies::Study& s : studies::all_studies()) {
    if (s.name == study) return results[study] = s.run(paper());
  }
  throw std::invalid_argument("no study " + study);
}

studies::Measures measured(const std::string& study, const studies::Setup& setup) {
  if (study == "fig11-hardware") return studies::fig11_hardware_of(setup, {"mid@224"}).measures;
  for (const studies::Study& s : studies::all_studies()) {
    if (s.name == study) return measures_again(s, setup, base(study));
  }
  throw std::invalid_argument("no study " + study);
}

class Mutated : public testing::TestWithParam<Mutation> {
 protected:
  double value(const std::string& id) {
    const Claim& c = claim(id);
    if (known_.count(c.study) == 0) known_[c.study] = measured(c.study, paper().with(changes()));
    return known_.at(c.study).at(c.value);
  }
  Verdict verdict(const std::string& id) { return verdict_of(claim(id), value(id)); }

 private:
  static std::vector<platforms::Override> changes() {
    std::vector<platforms::Override> all;
    for (const std::string& setting : GetParam().settings) {
      all.push_back(platforms::parse_override(setting));
    }
    return all;
  }

  std::map<std::string, studies::Measures> known_;
};

double base_value(const std::string& id) {
  return base(claim(id).study).measures.at(claim(id).value);
}

Verdict base_verdict(const std::string& id) { return verdict_of(claim(id), base_value(id)); }

TEST_P(Mutated, ClaimsMoveAndTurn) {
  const Mutation& mutation = GetParam();
  for (const std::string& id : mutation.moves) {
    EXPECT_TRUE(std::isfinite(value(id))) << id;
    EXPECT_NE(value(id), base_value(id)) << id;
  }
  for (const std::string& id : mutation.fails) {
    EXPECT_EQ(verdict(id), Verdict::differs) << id << " " << value(id);
  }
  for (const std::string& id : mutation.holds) {
    EXPECT_EQ(base_verdict(id), Verdict::differs) << id << " " << base_value(id);
    EXPECT_EQ(verdict(id), Verdict::holds) << id << " " << value(id);
  }
}

INSTANTIATE_TEST_SUITE_P(Mechanism, Mutated, testing::ValuesIn(mutations()),
                         [](const auto& mutation) {
                           return std::string(mutation.param.mechanism);
                         });

bool searches(const std::string& study) {
  const auto& all = studies::all_studies();
  return std::any_of(all.begin(), all.end(), [&](const studies::Study& s) {
    return s.name == study && (s.by_surrogate || s.trains);
  });
}

// A claim that fails on the chip as it is has shown that it can. What studies that search measure
// at the default is left out: it takes searches of full length.
TEST(Mutations, EveryTestedClaimFailsUnderOneOfThem) {
  std::set<std::string> fail;
  for (const Mutation& mutation : mutations()) {
    fail.insert(mutation.fails.begin(), mutation.fails.end());
  }
  for (const Claim& c : claims().all()) {
    if (!c.counts() || fail.count(c.id) > 0 || searches(c.study)) continue;
    EXPECT_EQ(base_verdict(c.id), Verdict::differs) << c.id << " is tested, yet nothing fails it";
  }
}

// Half of what C14 and C11 measure: words that fit, or all words.
TEST(Mutations, CapacityMovesWhatUnitsSave) {
  for (const std::string id : {"C14.saved", "C14.units"}) {
    EXPECT_NE(base_value(id + ".enforce"), base_value(id + ".ignore")) << id;
  }
}

// Reads of inputs are counted, so without reuse between units C7 would measure nothing saved.
TEST(Mutations, ReuseOfInputsIsWhatC7Counts) {
  const auto& table = base("fig10").table;
  const auto reads = [&](std::size_t macros, std::size_t units) {
    const auto& columns = table.columns();
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [](const Column& c) { return c.name == "ifmp_reads"; });
    const auto column = static_cast<std::size_t>(found - columns.begin());
    return *table.rows().at((macros - 1) * 8 + units - 1).at(column).real();
  };
  EXPECT_DOUBLE_EQ(reads(8, 1), reads(1, 1)) << "macros share no inputs";
  EXPECT_LT(reads(1, 2), reads(1, 1));
}

}  // namespace
}  // namespace h4h::tests
