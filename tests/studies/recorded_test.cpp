#include "tools/studies/trained/recorded.hpp"

#include <gtest/gtest.h>

#include "base/csv/csv_table.hpp"
#include "base/csv/csv_writer.hpp"
#include "platforms/description/loader.hpp"
#include "tests/studies/fake_trainings.hpp"
#include "tests/support/files.hpp"
#include "tools/studies/trained/arms.hpp"

namespace h4h::tests {
namespace {

using studies::RecordedTrainings;
using studies::TrainedSettings;

TrainedSettings of_seeds(std::uint64_t first, std::size_t count) {
  return {"h4h-32-mini",
          "resnet-32",
          "mobilenetv2-32",
          12,
          first,
          count,
          5,
          8,
          24,
          {},
          "imagefolder:/data/photos"};
}

double rule(const std::string& arm, std::uint64_t seed, double macs) {
  return 0.4 + 0.01 * std::log2(macs) + 0.001 * static_cast<double>(seed * arm.size());
}

// `table2` of seeds 0 and 1, of 2 and 3, and of all four.
class Recorded : public testing::Test {
 protected:
  std::unique_ptr<FakeTrainings> fake(std::uint64_t first, std::size_t count) const {
    return std::make_unique<FakeTrainings>(of_seeds(first, count), rule);
  }
  studies::Result table2(studies::Trainings& trainings) {
    setup_.set_trainings(&trainings);
    return studies::table2(setup_);
  }
  std::string rows(std::uint64_t first, std::size_t count) {
    return write_csv(table2(*fake(first, count)).table);
  }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }
  std::string refusal(const std::string& table) const {
    try {
      RecordedTrainings(fake(0, 4), {write("wrong.csv", table)});
    } catch (const CsvError& error) {
      return error.what();
    }
    return {};
  }

  TemporaryFolder folder_;
  sim::JobResults results_;
  studies::Setup setup_{platforms::load_platform(source_dir() / "platforms/h4h-7nm.yaml"),
                        results_};
};

TEST_F(Recorded, SeedsOfTwoMachinesAreOneStudyAndNothingIsTrainedAgain) {
  const studies::Result whole = table2(*fake(0, 4));
  auto inner = fake(0, 4);
  const FakeTrainings& others = *inner;
  RecordedTrainings both(std::move(inner),
                         {write("a.csv", rows(0, 2)), write("b.csv", rows(2, 2))});
  const studies::Result merged = table2(both);
  EXPECT_EQ(write_csv(merged.table), write_csv(whole.table));
  EXPECT_EQ(merged.measures, whole.measures);
  EXPECT_TRUE(others.specs_.empty());
}

// FakeTrainings refuses a run that starts from one that was not trained.
TEST_F(Recorded, WhatIsMissingIsTrainedAfterTheRunsThatItStartsFrom) {
  std::string text;
  for (const std::string& line : lines(rows(0, 4))) {
    if (line.find("tpi-freeze,3,") != 0 && line.find("vanilla,2,") != 0) text += line + "\n";
  }
  auto inner = fake(0, 4);
  const FakeTrainings& others = *inner;
  RecordedTrainings some(std::move(inner), {write("some.csv", text)});
  EXPECT_EQ(table2(some).measures, table2(*fake(0, 4)).measures);
  ASSERT_EQ(others.specs_.size(), 3U);
  for (const char* const run : {"cnn-only-3", "tpi-freeze-3", "vanilla-2"}) {
    EXPECT_EQ(others.specs_.count(run), 1U) << run;
  }
}

TEST_F(Recorded, RowsOfAnotherStudyAreRefusedByLine) {
  const std::string all = rows(0, 2);
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = all;
    text.replace(text.find(from), from.size(), to);
    return refusal(text);
  };
  const auto expect = [](const std::string& error, const std::string& what) {
    EXPECT_NE(error.find("wrong.csv:2: " + what), std::string::npos) << error;
  };
  expect(with(",12,2,h4h", ",13,2,h4h"), "steps '13': the supernets of this study have 12");
  expect(with("h4h-32-mini", "h4h-32"),
         "space 'h4h-32': the supernets of this study have h4h-32-mini");
  expect(with(":photos", ":pictures"),
         "data 'imagefolder:pictures': the supernets of this study have imagefolder:photos");
  expect(with(",12,2,h4h", ",12,1,h4h"), "networks_version '1'");
  expect(with("\"{\"\"resolution", "\"{\"\"solution"), "");
  expect(with("cnn-only,0", "cnn,0"), "unknown arm 'cnn'; known: cnn-only, vanilla, ");
  expect(with("cnn-only,0", "cnn-only,4"), "seed 4: the seeds of this study are 0 .. 3");
  expect(with(",0.", ",9."), "test_accuracy 9.");
  const std::string hash = studies::space_hash(nas::load_space("h4h-32-mini"));
  expect(with(hash, "0"), "space_hash '0': the supernets of this study have " + hash);
  EXPECT_NE(refusal(lines(all).front() + "\n").find("wrong.csv: has no rows"), std::string::npos);
  std::string fewer;
  for (const std::string& line : lines(all)) {
    if (line.find("vanilla,1,largest") != 0) fewer += line + "\n";
  }
  EXPECT_EQ(refusal(fewer), "the rows of vanilla-1 are of 6 networks: this study has 7");
  const std::vector<std::string> each = lines(all);
  const std::string first = each[1];
  const std::string other =
      first.substr(0, first.find(",0.")) + ",0.99" + first.substr(first.find(",\"{"));
  const std::string twice = refusal(all + other + "\n");
  EXPECT_NE(twice.find("cnn-only-0 has this network already, with 0."), std::string::npos) << twice;
  EXPECT_NE(refusal("arm,seed\na,1\n").find("genotype"), std::string::npos);
}

TEST_F(Recorded, ANetworkThatRowsLackIsNamed) {
  auto inner = fake(0, 2);
  RecordedTrainings some(std::move(inner), {write("a.csv", rows(0, 2))});
  const nas::Space space = nas::load_space("h4h-32-mini");
  nas::Random random(3);
  nas::Genotype other = space.sample(random);
  try {
    some.accuracy("vanilla-0", space, nas::ImagePart::test)->evaluate({other});
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("the rows of vanilla-0 lack the network {"),
              std::string::npos)
        << error.what();
  }
}

TEST(DataName, LeavesOutFoldersAlone) {
  EXPECT_EQ(studies::data_name("imagefolder:/home/me/photos"), "imagefolder:photos");
  EXPECT_EQ(studies::data_name("imagefolder:photos"), "imagefolder:photos");
  EXPECT_EQ(studies::data_name("imagefolder:/home/me/photos/"), "imagefolder:photos");
  EXPECT_EQ(studies::data_name("imagefolder:photos//"), "imagefolder:photos");
  EXPECT_EQ(studies::data_name("fashion-mnist"), "fashion-mnist");
}

}  // namespace
}  // namespace h4h::tests
