#include "nas/space/genotype_line.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "nas/space/load.hpp"
#include "tests/nas/genotype_texts.hpp"
#include "tests/support/files.hpp"

namespace h4h::nas {
namespace {

using nlohmann::json;
using tests::message_of;
using tests::shuffled;

const char kShape[] =
    R"(must be an object such as {"id":1,"genotype":{...}} or {"id":1,"network":"NAME"})";

Space shipped(const std::string& name) {
  return load_space((tests::source_dir() / "nas/spaces" / (name + ".yaml")).string());
}

class GenotypeLine : public ::testing::Test {
 protected:
  Asked read(std::string_view line) const { return read_line(space_, line); }
  std::string problem(std::string_view line) const { return read(line).error.value_or("NONE"); }
  std::string line(const std::string& id) const {
    return fmt::format(R"({{"id":{},"genotype":{}}})", id, smallest_);
  }

  Space space_ = shipped("toy");
  std::string smallest_ = space_.text(space_.min());
};

TEST_F(GenotypeLine, GivesTheGenotypeOrTheNetwork) {
  const Asked genotype = read(line("7"));
  EXPECT_EQ(genotype.id, "7");
  EXPECT_EQ(genotype.genotype, space_.min());
  EXPECT_FALSE(genotype.network || genotype.error);
  const Asked network = read(R"({"id":"x","network":"a \"b\"/\u00e9.tflite"})");
  EXPECT_EQ(network.id, "\"x\"");
  EXPECT_EQ(network.network, "a \"b\"/é.tflite");
  EXPECT_FALSE(network.genotype || network.error);
}

TEST_F(GenotypeLine, IdsOfAnyKindComeBackAsTheyWere) {
  for (const char* id : {"7",
                         "-3",
                         "0",
                         "18446744073709551615",
                         "123456789012345678901234567890",
                         "1.50",
                         "1e5",
                         "true",
                         "false",
                         "null",
                         R"("a")",
                         R"("")",
                         R"("a \"b\"\\\n")",
                         R"("[")",
                         "\"é\"",
                         "[]",
                         "{}",
                         "[[],{}]",
                         R"([1,[2,{"b":-1.0,"a":[""]}],"x,y:{"])",
                         R"({"a":1,"a":{"b":[2,null]}})",
                         R"({"genotype":{"network":"id"}})"}) {
    for (const std::string& text :
         {line(id), fmt::format(R"({{"genotype":{},"id":{}}})", smallest_, id),
          fmt::format(R"({{"network":"n","id":{}}})", id)}) {
      EXPECT_EQ(read(text).id, id);
      EXPECT_EQ(problem(text), "NONE") << text;
    }
  }
}

TEST_F(GenotypeLine, IdsLoseSpacesAndNeedlessEscapes) {
  EXPECT_EQ(read(line(" [ 1 , { \"a\" : \"\\u00e9\\/\" } ] ")).id, R"([1,{"a":"é/"}])");
  EXPECT_EQ(read(line(" \"\\u0041\" ")).id, "\"A\"");
}

TEST_F(GenotypeLine, WithoutAnIdItIsNull) {
  const Asked asked = read("{\"genotype\":" + smallest_ + "}\r");
  EXPECT_EQ(asked.id, "null");
  EXPECT_EQ(asked.genotype, space_.min());
  EXPECT_EQ(read(R"({"network":"n"})").id, "null");
}

TEST_F(GenotypeLine, SamplesOfEverySpaceReadBackWithKeysInAnyOrder) {
  Random random(20261122);
  for (const char* name :
       {"h4h-imagenet", "h4h-imagenet-cnn", "h4h-imagenet-vit", "h4h-imagenet-cnn-then-vit",
        "h4h-32", "h4h-32-tiny", "h4h-32-mini", "toy", "resnet", "alphanet", "ofa-mobilenetv3"}) {
    const Space space = shipped(name);
    for (int i = 0; i < 100; ++i) {
      const Genotype genotype = space.sample(random);
      const std::string text = fmt::format(R"({{"id":{},"genotype":{}}})", i, space.text(genotype));
      ASSERT_EQ(read_line(space, text).genotype, genotype) << text;
      const Asked asked = read_line(space, shuffled(text, random));
      ASSERT_EQ(asked.id, std::to_string(i));
      ASSERT_EQ(asked.genotype, genotype) << text;
    }
  }
}

TEST_F(GenotypeLine, NamesWhatIsWrong) {
  const std::string not_json = std::string("not JSON; a line ") + kShape;
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("nonsense"), line("1") + "x", line(""),
        line("1e999"), line("\"\xff\""), line("\"\\ud800\""), line("1") + '\0' + "x",
        "{\"id\":1,}" + smallest_}) {
    EXPECT_EQ(problem(text), not_json) << text;
  }
  for (const char* text : {"[]", "7", "\"x\"", "null", "[{\"id\":1}]"}) {
    EXPECT_EQ(problem(text), std::string("a line ") + kShape) << text;
  }
  EXPECT_EQ(problem(R"({"id":1,"genome":{}})"),
            "unknown key 'genome'; allowed: id, genotype, network");
  EXPECT_EQ(problem(R"({"a\nb":1})"), "unknown key 'a b'; allowed: id, genotype, network");
  EXPECT_EQ(problem(R"({"id":1,"id":2,"network":"n"})"), "key 'id' is given twice");
  EXPECT_EQ(problem("{\"genotype\":" + smallest_ + ",\"genotype\":" + smallest_ + "}"),
            "key 'genotype' is given twice");
  EXPECT_EQ(problem(R"({"id":1})"),
            std::string("neither genotype nor network is given; a line ") + kShape);
  EXPECT_EQ(problem("{\"network\":\"n\",\"genotype\":" + smallest_ + "}"),
            std::string("genotype and network are both given; a line ") + kShape);
  EXPECT_EQ(problem(R"({"id":1,"network":["n"]})"),
            std::string("network must be a string; a line ") + kShape);
}

TEST_F(GenotypeLine, SaysOfAGenotypeWhatParseSays) {
  for (const char* text :
       {"7", "null", "[]", "{}", R"("{}")", R"({"resolution":1})", R"({"resolution":[1.50,"é"]})",
        R"({"x":1})", R"({"resolution":32,"resolution":32})", R"({"resolution":32,"conv0":8})",
        R"({"resolution":32,"conv0":{"width":true}})"}) {
    const Asked asked = read(fmt::format(R"({{"genotype":{},"id":[5]}})", text));
    EXPECT_EQ(asked.error, message_of<SpaceError>([&] { space_.parse(text); }));
    EXPECT_EQ(asked.id, "[5]");
    EXPECT_FALSE(asked.genotype || asked.network);
  }
}

TEST_F(GenotypeLine, TheIdIsKeptWhereItCouldBeRead) {
  EXPECT_EQ(read(R"({"id":"a","genotype":{"reso)").id, "\"a\"");
  EXPECT_EQ(read(R"({"other":[1],"id":3})").id, "3");
  EXPECT_EQ(read(R"({"id":3,"id":4})").id, "3");
  EXPECT_EQ(read(R"({"id":[1,2)").id, "null");
  EXPECT_EQ(read(R"({"id":"a)").id, "null");
}

TEST_F(GenotypeLine, DeepNestingIsRefusedWhereverItIs) {
  const std::string open(100'000, '['), closed = open + std::string(100'000, ']');
  EXPECT_EQ(problem(open), std::string("a line ") + kShape);
  EXPECT_EQ(problem(closed), std::string("a line ") + kShape);
  for (const std::string& bomb : {open, closed}) {
    EXPECT_EQ(problem(line(bomb)), "nested deeper than 64 levels");
    const Asked asked = read("{\"id\":1,\"genotype\":{\"resolution\":" + bomb + "}}");
    EXPECT_EQ(asked.error, "nested deeper than 64 levels");
    EXPECT_EQ(asked.id, "1");
  }
  EXPECT_EQ(problem(line(std::string(63, '[') + std::string(63, ']'))), "NONE");
}

// Lines of 10 MB: time that grew with the square of their length would be an hour for each.
TEST_F(GenotypeLine, LongLinesTakeTimeInProportion) {
  std::string keys, values, blanks;
  blanks.resize(10'000'000, ' ');
  for (int i = 0; i < 700'000; ++i) keys += fmt::format("\"key{}\":0,", i);
  for (int i = 0; i < 2'000'000; ++i) values += "[0],";
  const std::string resolution = "{\"resolution\":";
  EXPECT_EQ(problem("{" + keys + "\"id\":1}").substr(0, 18), "unknown key 'key0'");
  EXPECT_NE(problem("{\"genotype\":{" + keys + "\"resolution\":1}}").find("unknown key 'key0'"),
            std::string::npos);
  EXPECT_NE(problem("{\"genotype\":" + resolution + "[" + values + "1]}}").find("is not one of"),
            std::string::npos);
  EXPECT_EQ(read("{\"id\":[" + values + "1]," + line("1").substr(8)).genotype, space_.min());
  EXPECT_EQ(read(line("1") + blanks).genotype, space_.min());
}

TEST_F(GenotypeLine, EveryRunOfBytesGetsOneAnswer) {
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = line(i % 2 == 0 ? R"(["a",{"b":1.5}])" : "12");
    for (auto edits = random.below(3) + 1; edits > 0; --edits) {
      const std::size_t at = random.below(text.size());
      if (random.below(3) == 0) {
        text.erase(at, random.below(9));
      } else {
        text[at] = R"({}[],:"\09ae)"[random.below(12)];
      }
    }
    const Asked asked = read(text);
    ASSERT_EQ(asked.genotype.has_value() + asked.network.has_value() + asked.error.has_value(), 1);
    ASSERT_TRUE(json::accept(asked.id)) << text;
  }
}

}  // namespace
}  // namespace h4h::nas
