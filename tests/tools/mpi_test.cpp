#include <gtest/gtest.h>

#include "tests/tools/support.hpp"

namespace h4h::tests {
namespace {

// Ranks of this machine, of which there may be more than processors; as root, and without the
// system call that containers forbid. Open MPI does not free all that it allocates.
const std::string kMpirun =
    "env ASAN_OPTIONS=detect_leaks=0 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
    "OMPI_MCA_btl_vader_single_copy_mechanism=none mpirun --oversubscribe -n ";

struct Mpi : ::testing::Test {
  void SetUp() override {
    const auto program = std::filesystem::path(H4H_BINARY).parent_path() / "h4h-mpi";
    if (!std::filesystem::exists(program)) GTEST_SKIP() << "built without MPI";
  }
  TemporaryFolder folder;
  std::string out(const std::string& name) const { return (folder.path() / name).string(); }
};

TEST_F(Mpi, SweepsWriteTheBytesOfOneProcess) {
  const std::string sweep = "sweep " + kPaper + " --network ds_cnn_kws --vary cim.macros=1,3 " +
                            "--vary 'cim.step=8 ns,9 ns' --out ";
  ASSERT_EQ(h4h(sweep + out("one") + " --jobs 1").code, 0);
  for (const char* const ranks : {"2", "4"}) {
    const Outcome o = run(kMpirun + ranks + " " H4H_BINARY " " + sweep + out(ranks));
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(lines(o.out).size(), 1u) << "the first rank alone speaks: " << o.out;
    for (const char* const name : {"sweep.csv", "sweep.json", "index.html"}) {
      EXPECT_EQ(content(out("one") + "/" + name), content(out(ranks) + "/" + name)) << name;
    }
  }
}

TEST_F(Mpi, PrecomputesWhatOneProcessDoes) {
  const std::string oracle =
      "oracle " + kPaper + " --space nas/spaces/toy.yaml --precompute --cache ";
  const Outcome ranks = run(kMpirun + "3 " H4H_BINARY " " + oracle + out("ranks.sqlite"));
  ASSERT_EQ(ranks.code, 0) << ranks.err;
  EXPECT_EQ(ranks.out, h4h(oracle + out("one.sqlite")).out);
  // Neither file has anything that the other lacks, and nothing contradicts.
  for (const auto& [to, from] : {std::pair{"one", "ranks"}, std::pair{"ranks", "one"}}) {
    const Outcome o = h4h("cache merge " + out(from) + ".sqlite --cache " + out(to) + ".sqlite");
    EXPECT_NE(o.out.find(": 0 new results"), std::string::npos) << o.out << o.err;
  }
}

TEST_F(Mpi, ACommandLineThatIsWrongEndsAllRanks) {
  const Outcome o = run(kMpirun + "2 " H4H_BINARY " sweep --nonsense");
  EXPECT_NE(o.code, 0);
  EXPECT_NE(o.err.find("nonsense"), std::string::npos) << o.err;
}

}  // namespace
}  // namespace h4h::tests
