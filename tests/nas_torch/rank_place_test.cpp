#include "nas/train/rank_place.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/files.hpp"

namespace h4h::tests {
namespace {

using nas::RankPlace;
using Set = std::map<std::string, std::string>;

RankPlace place(const Set& variables) {
  return nas::rank_place(
      [&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
      },
      77);
}

std::string fault(const Set& variables) {
  return message_of<std::invalid_argument>([&] { place(variables); });
}

TEST(RankPlace, IsAloneWithoutALauncher) {
  EXPECT_EQ(place({}).size, 1);
  EXPECT_EQ(place({{"RANK", "3"}}).size, 1) << "a name that others use too";
  EXPECT_EQ(place({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}}).size, 1)
      << "a command in a batch script, which srun has not started";
}

TEST(RankPlace, TakesWhatTorchrunSets) {
  const RankPlace p = place({{"RANK", "5"},
                             {"WORLD_SIZE", "8"},
                             {"LOCAL_RANK", "1"},
                             {"LOCAL_WORLD_SIZE", "4"},
                             {"MASTER_ADDR", "node1"},
                             {"MASTER_PORT", "1234"},
                             {"TORCHELASTIC_USE_AGENT_STORE", "True"}});
  EXPECT_EQ(p.rank, 5);
  EXPECT_EQ(p.size, 8);
  EXPECT_EQ(p.local_rank, 1);
  EXPECT_EQ(p.local_size, 4);
  EXPECT_EQ(p.address, "node1");
  EXPECT_EQ(p.port, 1234);
  EXPECT_TRUE(p.store_is_there);
}

Set open_mpi(const std::string& local_size) {
  return {{"OMPI_COMM_WORLD_RANK", "2"},
          {"OMPI_COMM_WORLD_SIZE", "4"},
          {"OMPI_COMM_WORLD_LOCAL_RANK", "0"},
          {"OMPI_COMM_WORLD_LOCAL_SIZE", local_size},
          {"PMIX_NAMESPACE", "42"}};
}

TEST(RankPlace, RanksOfOneMachineMeetUnderTheNameOfTheirJob) {
  const RankPlace p = place(open_mpi("4"));
  EXPECT_EQ(p.rank, 2);
  EXPECT_EQ(p.address, "");
  Set other = open_mpi("4");
  other["PMIX_NAMESPACE"] = "43";
  EXPECT_NE(p.job, place(other).job);
  const Set mpich{{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MPI_LOCALNRANKS", "2"}};
  EXPECT_EQ(place(mpich).job, "pmi-77");
}

TEST(RankPlace, RanksOfSeveralMachinesNeedAnAddress) {
  EXPECT_EQ(fault(open_mpi("2")),
            "ranks on several machines: set environment variable MASTER_ADDR to the name or "
            "address of rank 0's machine (mpirun -x MASTER_ADDR=NAME)");
  Set named = open_mpi("2");
  named["MASTER_ADDR"] = "node1";
  EXPECT_EQ(place(named).address, "node1");
  EXPECT_EQ(place(named).port, 29'500);
}

TEST(RankPlace, SlurmNamesTheFirstNodeAndAPortOfTheJob) {
  Set slurm{{"SLURM_PROCID", "3"},
            {"SLURM_STEP_NUM_TASKS", "4"},
            {"SLURM_LOCALID", "1"},
            {"SLURM_JOB_ID", "30007"},
            {"SLURM_STEP_ID", "2"},
            {"SLURM_STEP_NUM_NODES", "2"},
            {"SLURM_STEP_NODELIST", "n[3-4]"}};
  EXPECT_EQ(place(slurm).rank, 3);
  EXPECT_EQ(place(slurm).address, "n3");
  EXPECT_EQ(place(slurm).port, 15'007);
  slurm["SLURM_STEP_NUM_NODES"] = "1";
  EXPECT_EQ(place(slurm).address, "");
  EXPECT_EQ(place(slurm).job, "slurm-30007.2");
  slurm["PMI_RANK"] = "3";
  slurm["PMI_SIZE"] = "4";
  EXPECT_EQ(place(slurm).job, "slurm-30007.2") << "srun --mpi=pmi2";
  slurm["PMI_SIZE"] = "16";
  slurm["MPI_LOCALNRANKS"] = "16";
  EXPECT_EQ(place(slurm).job, "pmi-77") << "MPICH's mpirun, whose helpers srun has started";
}

TEST(RankPlace, ValuesThatMakeNoSenseAreNamed) {
  EXPECT_EQ(fault({{"WORLD_SIZE", "2"}}), "environment variable RANK is missing");
  EXPECT_EQ(fault({{"WORLD_SIZE", "2"}, {"RANK", "2"}}),
            "environment variable RANK must be 0..1, not '2'");
  EXPECT_EQ(fault({{"WORLD_SIZE", "two"}, {"RANK", "0"}}),
            "environment variable WORLD_SIZE must be 1..65536, not 'two'");
  EXPECT_EQ(fault({{"WORLD_SIZE", "2"}, {"RANK", "0"}}),
            "environment variable MASTER_ADDR is missing");
  EXPECT_EQ(fault({{"WORLD_SIZE", "2"}, {"RANK", "0"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "0"}}),
            "environment variable MASTER_PORT must be 1..65535, not '0'");
}

TEST(FirstHost, IsTheFirstOfSlurmsShortForm) {
  EXPECT_EQ(nas::first_host("node7"), "node7");
  EXPECT_EQ(nas::first_host("b,a"), "b");
  EXPECT_EQ(nas::first_host("node[003-005,9],other"), "node003");
  EXPECT_EQ(nas::first_host("node[9,3]"), "node9");
  EXPECT_EQ(nas::first_host("rack[1-2].site,x"), "rack1.site");
  EXPECT_EQ(nas::first_host("a,node[1-2]"), "a");
  EXPECT_EQ(nas::first_host("node[1"), "");
}

}  // namespace
}  // namespace h4h::tests
